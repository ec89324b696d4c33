// The parameters of an AWS query request, decoded by the shape of its operation: `Tags.member.1.Key=a`.
// Whether a member is what the shape wants is the operation's to say.
// https://smithy.io/2.0/aws/protocols/aws-query-protocol.html

import type { Member } from '../operations/shape.js';
import type { Pair } from './query_string.js';
import { WireError } from './wire_error.js';

type Members = Readonly<Record<string, Member>>;

/** Parameters by the parts of their names. */
interface Node {
  value: string | undefined;
  readonly children: Map<string, Node>;
}

/** No name of a parameter has more parts. */
const partsMax = 16;

/**
 * @param pairs - decoded, with whatever else the request has
 * @throws WireError MalformedQueryStringException when a parameter stands twice
 */
export function readQueryInput(pairs: readonly Pair[], members: Members): Record<string, unknown> {
  return readStructure(toTree(pairs), members);
}

function toTree(pairs: readonly Pair[]): Node {
  const root = newNode();
  for (const [name, value] of pairs) {
    const parts = name.split('.', partsMax + 1);
    if (parts.length > partsMax) throw malformed('a parameter has too many parts');
    let node = root;
    for (const part of parts) {
      const next: Node = node.children.get(part) ?? newNode();
      node.children.set(part, next);
      node = next;
    }
    if (node.value !== undefined) throw malformed('a parameter stands twice');
    node.value = value;
  }
  return root;
}

function newNode(): Node {
  return { value: undefined, children: new Map() };
}

function readStructure(node: Node, members: Members): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(members)) {
    const child = node.children.get(name);
    if (child !== undefined) found[name] = readMember(child, member);
  }
  return found;
}

function readMember(node: Node, member: Member): unknown {
  switch (member.kind) {
    case 'structure':
      return readStructure(node, member.members);
    case 'list':
      return readList(node, member.of);
    case 'integer':
      return node.value !== undefined && /^-?\d{1,15}$/.test(node.value)
        ? Number(node.value)
        : node.value;
    case 'boolean':
      if (node.value === 'true') return true;
      return node.value === 'false' ? false : node.value;
    default:
      return node.value;
  }
}

/** An empty list is sent as a parameter without a value. */
function readList(node: Node, of: Member): unknown[] {
  const items = [...(node.children.get('member')?.children ?? [])];
  const numbered = items.filter(([place]) => /^[1-9]\d{0,8}$/.test(place));
  numbered.sort(([a], [b]) => Number(a) - Number(b));
  return numbered.map(([, item]) => readMember(item, of));
}

function malformed(problem: string): WireError {
  return new WireError('MalformedQueryStringException', problem);
}
