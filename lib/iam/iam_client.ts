// The clients of IAM and STS: one method per row of the table, for one caller.

import { dispatchIam } from './iam_dispatch.js';
import type { IamCaller, IamOperation } from './iam_operation.js';
import type { AnyIamOperation } from './iam_table.js';
import { iamOperationNamed, iamOperations, stsOperations } from './iam_table.js';

/** A method that takes and returns exactly the members of AWS's operation. */
type Method<Row> =
  Row extends IamOperation<infer Input, infer Output>
    ? object extends Input
      ? (input?: Input) => Promise<Output>
      : (input: Input) => Promise<Output>
    : never;

type Methods<Table> = {
  readonly [Name in keyof Table & string as Uncapitalize<Name>]: Method<Table[Name]>;
};

interface Callable {
  /**
   * Runs an operation by AWS's name.
   *
   * @throws IamError UnsupportedOperation for an operation that is not served
   */
  call(name: string, input: object): Promise<object>;
}

/**
 * AWS IAM's operations in camelCase, for one caller. Every method rejects with an {@link IamError}
 * that has AWS's code, or with a {@link KeysteadError}.
 */
export type IamClient = Methods<typeof iamOperations> & Callable;

/** AWS STS's operations in camelCase, for one caller. Errors as of {@link IamClient}. */
export type StsClient = Methods<typeof stsOperations> & Callable;

export function iamClient(caller: IamCaller): IamClient {
  return makeClient('iam', iamOperations, caller) as IamClient;
}

export function stsClient(caller: IamCaller): StsClient {
  return makeClient('sts', stsOperations, caller) as StsClient;
}

function makeClient(service: 'iam' | 'sts', table: object, caller: IamCaller): object {
  const methods = Object.entries(table as Record<string, AnyIamOperation>).map(
    ([name, operation]) => [
      `${name.charAt(0).toLowerCase()}${name.slice(1)}`,
      (input: object = {}) => dispatchIam(operation, input, caller),
    ],
  );
  return Object.freeze({
    ...Object.fromEntries(methods),
    call: async (name: string, input: object) =>
      dispatchIam(iamOperationNamed(service, name), input, caller),
  });
}
