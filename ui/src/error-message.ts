// Turns errors into messages for people.
import { ApiError } from './api/api';
import { lookUp, t } from './messages/messages';

/** An error as a sentence: in the page's language if there is a message for it, else as the server sent it. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof ApiError)) return t('refused.unexpected', { status: 0 });
  const fields = { ...error.fields, status: error.status };
  const message = (error.reason && lookUp(`refused.${error.reason}`, fields)) ?? lookUp(`refused.${error.code}`, fields);
  return message ?? (error.message || t('refused.unexpected', { status: error.status }));
}
