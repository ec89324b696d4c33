// `node scripts/cli_reference.mjs [--check]`: docs/cli.md, made of the commands themselves. --check fails
// when the page is not what it would be made to.

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeProgram } from '../dist/cli/program.js';

const page = path.resolve(import.meta.dirname, '../docs/cli.md');
/** Told of once, in place of once for each command. */
const shared = new Set(
  [
    'path root-key-file passphrase-file account region principal via',
    'output query json cli-input-json help',
  ]
    .join(' ')
    .split(' ')
    .map((name) => `--${name}`),
);

const head = `# The command line

<!-- Made by scripts/cli_reference.mjs from the commands: change those, then run \`npm run docs\`. -->

\`keystead\` works on a store in a folder of this machine. Its \`kms\`, \`iam\` and \`sts\` commands have the
names, parameters and answers of the AWS CLI, so that \`aws kms encrypt …\` becomes \`keystead kms encrypt
…\`. Whoever can read the store's root key acts as the account's root, or as whom \`--principal\` names.

- **Values**: \`file://FILE\` is the text of a file, \`fileb://FILE\` its bytes. Bytes that stand on the
  command line are Base64. Lists, maps and structures are the AWS CLI's shorthand or JSON.
- **Answers**: JSON, or \`--output text\`; \`--query\` takes JMESPath. Bytes are printed as Base64, times in
  ISO 8601.
- **Errors** are one sentence on standard error that begins with AWS's code; with \`--json\`,
  \`{"error":{"code":…,"message":…}}\`.
- **Exit status**: 0 done; 1 answered with no (\`explain\`, \`audit verify\`); 252 the command line cannot be
  understood; 253 there is no store, or it cannot be opened; 254 the operation was refused; 255 anything
  else.
- **Secrets** are never on the command line: root keys and passphrases are in files. They are printed only
  by the commands whose answers they are: \`kms decrypt\`, \`generate-data-key\`, \`generate-random\`,
  \`iam create-access-key\`, \`sts assume-role\`.
- **One difference**: IAM's \`Path\` parameter is \`--iam-path\`, since \`--path\` is the store's folder.
`;

function isShared({ long }) {
  return shared.has(long);
}

function optionRow({ flags, description, envVar, defaultValue, argChoices }) {
  const notes = [
    envVar === undefined ? '' : `environment: ${envVar}`,
    defaultValue === undefined || defaultValue === false ? '' : `default: ${defaultValue}`,
    argChoices === undefined ? '' : argChoices.join(' or '),
  ].filter((note) => note !== '');
  const told = notes.length === 0 ? description : `${description} (${notes.join('; ')})`;
  return `| \`${flags.replaceAll('|', '\\|')}\` | ${told.replaceAll('|', '\\|')} |`;
}

function optionTable(options) {
  if (options.length === 0) return '';
  return `\n| option | |\n|---|---|\n${options.map(optionRow).join('\n')}\n`;
}

function examplesOf(command) {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  const [, after = ''] = text.split(/ {2}-h, --help[^\n]*\n(?:[^\n]*\n(?= {4}))*/);
  const example = after.slice(Math.max(0, after.search(/Exit status|Examples?:|Finds/)));
  return example.trim() === '' || !after.includes('Example')
    ? ''
    : `\n\`\`\`text\n${example.trim()}\n\`\`\`\n`;
}

function sectionOf(command, names, depth) {
  const title = [...names, command.name()].join(' ');
  const args = command.registeredArguments.map((argument) => ` <${argument.name()}>`).join('');
  const own = command.options.filter((option) => !isShared(option) && option.long !== '--version');
  const isGroup = command.commands.length > 0;
  return [
    `\n${'#'.repeat(depth)} ${title}${args}\n\n${command.description()}\n`,
    optionTable(own),
    names.length <= 1 ? examplesOf(command) : '',
    ...(isGroup
      ? command.commands.map((one) => sectionOf(one, [...names, command.name()], depth + 1))
      : []),
  ].join('');
}

function sharedOptions(program) {
  const encrypt = program.commands
    .find((command) => command.name() === 'kms')
    .commands.find((command) => command.name() === 'encrypt');
  return `\n## Options of all commands on a store\n${optionTable(encrypt.options.filter(isShared))}`;
}

function makePage() {
  const program = makeProgram();
  const sections = program.commands.map((command) => sectionOf(command, ['keystead'], 2));
  return `${head}${sharedOptions(program)}${sections.join('')}`;
}

const made = makePage();
if (process.argv.includes('--check')) {
  if (readFileSync(page, 'utf8') !== made) {
    console.error('docs/cli.md is not what the commands say: run npm run docs');
    process.exitCode = 1;
  }
} else {
  writeFileSync(page, made);
}
