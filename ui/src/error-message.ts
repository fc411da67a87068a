// What a refusal is to people.
import { Refusal } from './api/api';
import { lookUp, t } from './messages/messages';

/** What went wrong, as a sentence: in the page's language, or else as the server says it. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Refusal)) return t('refused.unexpected', { status: 0 });
  const fields = { ...error.fields, status: error.status };
  const said = (error.reason && lookUp(`refused.${error.reason}`, fields)) ?? lookUp(`refused.${error.code}`, fields);
  return said ?? (error.message || t('refused.unexpected', { status: error.status }));
}
