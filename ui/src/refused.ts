// What a refusal is to people.
import { Refusal } from './api/api';
import { lookUp, t } from './messages/messages';

/** What went wrong, as a sentence. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Refusal)) return t('refused.unexpected', { status: 0 });
  return lookUp(`refused.${error.code}`, { status: error.status }) ?? (error.message || t('refused.unexpected', { status: error.status }));
}
