// What a refusal is to people.
import { ApiError } from './api/api';
import { lookUp, t } from './messages/messages';

/** What went wrong, as a sentence: in the page's language, or else as the server says it. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof ApiError)) return t('refused.unexpected', { status: 0 });
  const fields = { ...error.fields, status: error.status };
  const message = (error.reason && lookUp(`refused.${error.reason}`, fields)) ?? lookUp(`refused.${error.code}`, fields);
  return message ?? (error.message || t('refused.unexpected', { status: error.status }));
}
