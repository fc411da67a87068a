// Looks up messages by key. Each language has two files: one for the desktop window, which Rust also reads for the
// tray and dialogs, and one for the dashboard.
import type { Fields } from '../host/host';
import deDashboard from './de.dashboard.json';
import deWindow from './de.json';
import dashboard from './en.dashboard.json';
import window from './en.json';
import { language } from './language';

const en = { ...window, ...dashboard };
type FileKey = keyof typeof en;
/** A message key without the plural suffix, which `count` selects. */
export type MessageKey = FileKey extends infer K
  ? K extends `${infer Stem}.one` | `${infer Stem}.other`
    ? Stem
    : K
  : never;

const messages: Record<string, string> = language === 'de' ? { ...en, ...deWindow, ...deDashboard } : en;
export { language };
const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

/** The message in the page's language with its `{fields}` filled in; `count` also selects the plural. */
export function t(key: MessageKey, fields: Fields = {}): string {
  return fill(pattern(key, fields) ?? key, fields);
}

/** Like `t`, for a key from outside; `null` if there is no such message. */
export function lookUp(key: string, fields: Fields): string | null {
  const text = pattern(key, fields);
  // Without all of its fields a message would show its braces.
  if (text === undefined || placeholders(text).some((name) => fields[name] === undefined)) return null;
  return fill(text, fields);
}

function pattern(key: string, fields: Fields): string | undefined {
  if (typeof fields.count === 'number') {
    const plural = messages[`${key}.${plurals.select(fields.count)}`] ?? messages[`${key}.other`];
    if (plural !== undefined) return plural;
  }
  return Object.hasOwn(messages, key) ? messages[key] : undefined;
}

const FIELD = /\{(\w+)\}/g;

function placeholders(pattern: string): string[] {
  return [...pattern.matchAll(FIELD)].map((match) => match[1] ?? '');
}

function fill(pattern: string, fields: Fields): string {
  return pattern.replace(FIELD, (match, name: string) => {
    const value = fields[name];
    if (value === undefined) return match;
    if (name === 'count' && typeof value === 'number') return numbers.format(value);
    return isolate(String(value));
  });
}

const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;

/** Isolates a right-to-left name, so that it does not reorder its sentence. */
function isolate(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}
