// Turns a notice of the host into a message. A notice without a message here carries one itself, or is shown as a
// failed request.
import type { CopySettings, Fields, Notice } from '../../host/host';
import { LINK_FORMATS } from '../../host/host';
import { lookUp, t } from '../../messages/messages';

export type ToastMessage = { text: string; tone: 'done' | 'news' | 'problem' };

const PROBLEMS = new Set(['clipboard_failed', 'open_failed', 'no_file', 'no_file_manager', 'queue_failed', 'settings_not_saved', 'request_failed', 'copy_failed', 'strange_network', 'open_to_internet']);

export function toastMessage({ code, fields }: Notice, how: CopySettings['how']): ToastMessage {
  if (code === 'copied') return copiedMessage(fields, how);
  // A batch without any success.
  if (code === 'failed') return { text: t('notice.and_failed', { count: number(fields.failed) || 1 }), tone: 'problem' };
  const text = lookUp(`notice.${code}`, fields);
  if (text !== null) return { text, tone: PROBLEMS.has(code) ? 'problem' : 'news' };
  return { text: String(fields.message ?? t('notice.request_failed')), tone: 'problem' };
}

/** `pictures` and `links` count what was copied, `failed` counts failed uploads of the batch. */
function copiedMessage(fields: Fields, selectedFormat: CopySettings['how']): ToastMessage {
  const how = t(`copying.how.${LINK_FORMATS.find((known) => known === fields.how) ?? selectedFormat}`);
  const pictures = number(fields.pictures) || 1;
  const text =
    pictures > 1
      ? t('notice.copied_pictures', { count: pictures, how })
      : t('notice.copied', { count: number(fields.links) || 1, how });
  const failed = number(fields.failed);
  return { text: failed > 0 ? `${text}. ${t('notice.and_failed', { count: failed })}` : text, tone: 'done' };
}

function number(field: string | number | undefined): number {
  return typeof field === 'number' ? field : 0;
}
