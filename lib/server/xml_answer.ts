// Answers of the AWS query protocol, in XML.

/** Of an answer: whose it is. */
export interface XmlEnvelope {
  readonly namespace: string;
  readonly operation: string;
  readonly requestId: string;
}

/** What an operation returned; undefined members and `$metadata` are left out. */
export function xmlResult(
  output: object,
  { namespace, operation, requestId }: XmlEnvelope,
): Buffer {
  // Some clients insist on the element where AWS's model has an output without members.
  const result = `<${operation}Result>${structure(output)}</${operation}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  const name = `${operation}Response`;
  return Buffer.from(`<${name} xmlns="${namespace}">${result}${metadata}</${name}>\n`);
}

/** A failure; `type` tells whose fault it is. */
export function xmlError(
  failure: {
    readonly type: 'Sender' | 'Receiver';
    readonly code: string;
    readonly message: string;
  },
  { namespace, requestId }: Omit<XmlEnvelope, 'operation'>,
): Buffer {
  const { type, code, message } = failure;
  const error = `<Error><Type>${type}</Type><Code>${code}</Code><Message>${escapeText(message)}</Message></Error>`;
  return Buffer.from(
    `<ErrorResponse xmlns="${namespace}">${error}<RequestId>${requestId}</RequestId></ErrorResponse>\n`,
  );
}

function structure(value: object): string {
  let text = '';
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || name === '$metadata') continue;
    text += `<${name}>${content(member)}</${name}>`;
  }
  return text;
}

function content(value: unknown): string {
  if (value instanceof Date) return `${value.toISOString().slice(0, 19)}Z`;
  if (Array.isArray(value))
    return value.map((item) => `<member>${content(item)}</member>`).join('');
  if (typeof value === 'object' && value !== null) return structure(value);
  return escapeText(String(value));
}

const special: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // Readers would make another white space of it.
  '\r': '&#xD;',
};

/** What XML 1.0 cannot say at all becomes U+FFFD. */
function escapeText(text: string): string {
  return text
    .replace(/[&<>"\r]/g, (character) => special[character] as string)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd');
}
