// Turns the description of the server's doors into the types that the page speaks in. A test keeps what it
// writes in schema.ts, so that page and server cannot drift apart: `npm test -- -u` writes it anew.

type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: Schema;
  oneOf?: Schema[];
  enum?: unknown[];
};
export type Description = { components: { schemas: Record<string, Schema> } };

const PREFIX = 'dashboard.';

/** The types of the dashboard's door, by name. */
export function generateTypes({ components: { schemas } }: Description): string {
  const types = Object.keys(schemas)
    .filter((name) => name.startsWith(PREFIX))
    .sort()
    .map((name) => `${docComment(schemas[name]!, '')}export type ${typeName(name)} = ${typeExpression(schemas[name]!)};\n`);
  return `// What the dashboard's door takes and answers. Written by types-of.ts from docs/openapi.json.\n\n${types.join('\n')}`;
}

function typeExpression(schema: Schema, indent = ''): string {
  if (schema.$ref) return typeName(schema.$ref.split('/').at(-1)!);
  if (schema.oneOf) return [...new Set(schema.oneOf.map((one) => typeExpression(one, indent)))].join(' | ');
  if (schema.enum) return schema.enum.map((value) => `'${String(value)}'`).join(' | ');
  const kinds = Array.isArray(schema.type) ? schema.type : [schema.type ?? 'any'];
  return kinds.map((kind) => typeForKind(kind, schema, indent)).join(' | ');
}

function typeForKind(kind: string, schema: Schema, indent: string): string {
  switch (kind) {
    case 'string':
      return schema.format === 'binary' ? 'Blob' : 'string';
    case 'integer':
    case 'number':
      return 'number';
    case 'boolean':
    case 'null':
      return kind;
    case 'array':
      return `(${typeExpression(schema.items ?? {}, indent)})[]`;
    case 'object':
      return schema.properties ? objectMembers(schema, indent) : `Record<string, ${typeExpression(schema.additionalProperties ?? {})}>`;
    default:
      return 'unknown';
  }
}

function objectMembers({ properties = {}, required = [] }: Schema, indent: string): string {
  const innerIndent = `${indent}  `;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? '' : '?';
    return `${docComment(schema, innerIndent)}${innerIndent}${name}${mark}: ${typeExpression(schema, innerIndent)};\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

function docComment(schema: Schema, indent: string): string {
  return schema.description && !schema.$ref ? `${indent}/** ${schema.description.replace(/\s+/g, ' ')} */\n` : '';
}

function typeName(name: string): string {
  return name.slice(PREFIX.length);
}
