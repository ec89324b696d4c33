// A command for an operation, made of the operation's shape: `--key-id` for KeyId, and so on, as in the
// AWS CLI.

import { Command, Option } from 'commander';
import type { Member } from '../operations/shape.js';
import { usageError } from './cli_failure.js';
import { readInputJson, readParameter } from './parameter.js';

/** An operation as far as a command must know it. */
export interface CommandedOperation {
  /** AWS's name: `CreateKey`. */
  readonly name: string;
  readonly shape: Readonly<Record<string, Member>>;
}

const inputJsonFlag = '--cli-input-json';

/** `CreateKey` becomes `create-key`. */
export function commandName(operationName: string): string {
  return operationName
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

/**
 * @param run - runs the operation and prints what it answers
 * @param description - a sentence
 */
export function operationCommand(
  { name, shape }: CommandedOperation,
  description: string,
  run: (input: object, command: Command) => Promise<void>,
): Command {
  const command = new Command(commandName(name)).description(description);
  for (const [member, constraint] of Object.entries(shape))
    for (const option of optionsOf(member, constraint)) command.addOption(option);
  command.option(`${inputJsonFlag} <json>`, 'all parameters as one JSON object, or file://FILE');
  return command.action((_, self: Command) => run(inputOf(self, shape), self));
}

/** IAM's Path gives way: every command's `--path` is the store's folder. */
function flagOf(member: string): string {
  return member === 'Path' ? '--iam-path' : `--${commandName(member)}`;
}

function optionsOf(name: string, member: Member): Option[] {
  const flag = flagOf(name);
  const description = describe(member);
  if (member.kind === 'boolean')
    return [new Option(flag, description), new Option(`--no-${flag.slice(2)}`, 'the opposite')];
  const value = member.kind === 'list' ? '<values...>' : `<${valueName(member)}>`;
  return [new Option(`${flag} ${value}`, description)];
}

function inputOf(command: Command, shape: Readonly<Record<string, Member>>): object {
  const given = command.opts<Record<string, string[] | string | boolean>>();
  const json = given['cliInputJson'];
  const input: Record<string, unknown> =
    json === undefined ? {} : readInputJson(String(json), shape);
  for (const [name, member] of Object.entries(shape)) {
    const option = command.options.find(({ long }) => long === flagOf(name));
    const value = option === undefined ? undefined : given[option.attributeName()];
    const isGiven = command.getOptionValueSource(option?.attributeName() ?? '') === 'cli';
    if (isGiven && value !== undefined) input[name] = readParameter(flagOf(name), member, value);
    if (member.required === true && input[name] === undefined)
      throw usageError(`the following arguments are required: ${flagOf(name)}`);
  }
  return input;
}

function valueName({ kind }: Member): string {
  switch (kind) {
    case 'blob':
      return 'bytes';
    case 'integer':
      return 'number';
    case 'encryption context':
    case 'pairs':
      return 'pairs';
    case 'structure':
      return 'structure';
    default:
      return 'text';
  }
}

function describe(member: Member): string {
  const required = member.required === true ? 'required; ' : '';
  return `${required}${describeKind(member)}`;
}

function describeKind(member: Member): string {
  switch (member.kind) {
    case 'string':
      return `${member.min} to ${member.max} characters`;
    case 'blob':
      return `${member.min} to ${member.max} bytes: fileb://FILE, or Base64`;
    case 'integer':
      return `${member.min} to ${member.max}`;
    case 'enum':
      return member.values.join(' | ');
    case 'boolean':
      return 'a switch';
    case 'list':
      return `a list, or JSON; each: ${describeKind(member.of)}`;
    case 'structure':
      return `${Object.keys(member.members).join(', ')}: shorthand or JSON`;
    case 'pairs':
    case 'encryption context':
      return 'name=value,name=value or JSON';
  }
}
