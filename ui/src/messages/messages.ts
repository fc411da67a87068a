// Every text the page says, looked up by key in the message files: of each language one for the window,
// which Rust reads too for the tray and the dialogs, and one for what is shown in browsers as well. So a
// word is written, and translated, in one place.
import type { Fields } from '../host/host';
import deDashboard from './de.dashboard.json';
import deWindow from './de.json';
import dashboard from './en.dashboard.json';
import window from './en.json';
import { language } from './language';

const en = { ...window, ...dashboard };
type FileKey = keyof typeof en;
/** A key as code names it: without the plural ending, which `count` chooses. */
export type MessageKey = FileKey extends infer K
  ? K extends `${infer Stem}.one` | `${infer Stem}.other`
    ? Stem
    : K
  : never;

const messages: Record<string, string> = language === 'de' ? { ...en, ...deWindow, ...deDashboard } : en;
export { language };
const plurals = new Intl.PluralRules(language);
const numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

/** The message in the user's language, its `{fields}` filled in; `count` also picks the plural. */
export function t(key: MessageKey, fields: Fields = {}): string {
  return fill(pattern(key, fields) ?? key, fields);
}

/** Like `t`, for a key that comes from outside; `null` if there is no such message. */
export function lookUp(key: string, fields: Fields): string | null {
  const text = pattern(key, fields);
  // A message whose facts did not all arrive would show its braces: better none.
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

/** A right-to-left name inside a left-to-right sentence is fenced off, or it would reorder it. */
function isolate(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}
