// Bodies: their limit, and that of all of them together.

import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { BodyBudget } from '../../lib/server/body_budget.js';
import { ClientGone, readBody } from '../../lib/server/request_body.js';

function fakeRequest(headers: Record<string, string> = {}): IncomingMessage & PassThrough {
  return Object.assign(new PassThrough(), { headers }) as unknown as IncomingMessage & PassThrough;
}

describe('a body', () => {
  test('is read whole, and its parts are wiped', async () => {
    const budget = new BodyBudget(100);
    const request = fakeRequest();
    const parts = [Buffer.from('find '), Buffer.from('all the doggos')];
    const body = readBody(request, 50, budget);
    for (const part of parts) request.write(part);
    request.end();
    expect(String(await body)).toBe('find all the doggos');
    for (const part of parts) expect(part.every((byte) => byte === 0)).toBe(true);
    expect(budget.takenBytes).toBe(19);
  });

  test('may be empty', async () => {
    const request = fakeRequest();
    const body = readBody(request, 50, new BodyBudget(0));
    request.end();
    expect(await body).toHaveLength(0);
  });

  test('that is longer than it may be is dropped, wiped and given back', async () => {
    const budget = new BodyBudget(1000);
    const request = fakeRequest();
    const first = Buffer.alloc(40, 1);
    const body = readBody(request, 50, budget);
    request.write(first);
    request.write(Buffer.alloc(11, 1));
    await expect(body).rejects.toMatchObject({ code: 'RequestEntityTooLargeException' });
    expect(first.every((byte) => byte === 0)).toBe(true);
    expect(budget.takenBytes).toBe(0);
    request.end(Buffer.alloc(1000));
    await once(request, 'end');
    expect(budget.takenBytes).toBe(0);
  });

  test('whose client leaves is given back', async () => {
    const budget = new BodyBudget(1000);
    const request = fakeRequest();
    const body = readBody(request, 50, budget);
    request.write(Buffer.alloc(40));
    await vi.waitFor(() => expect(budget.takenBytes).toBe(40));
    request.destroy();
    await expect(body).rejects.toThrow(ClientGone);
    expect(budget.takenBytes).toBe(0);
  });
});

test('all bodies together take no more than they may', async () => {
  const budget = new BodyBudget(100);
  const [one, two] = [fakeRequest(), fakeRequest()];
  const first = readBody(one, 80, budget);
  one.end(Buffer.alloc(80));
  expect(await first).toHaveLength(80);
  const second = readBody(two, 80, budget);
  two.write(Buffer.alloc(21));
  await expect(second).rejects.toMatchObject({
    code: 'ServiceUnavailableException',
    message: 'too many long requests at once',
  });
  expect(budget.takenBytes).toBe(80);
  budget.giveBack(80);
  const third = fakeRequest();
  const again = readBody(third, 80, budget);
  third.end(Buffer.alloc(80));
  expect(await again).toHaveLength(80);
});
