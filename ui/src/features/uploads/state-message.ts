// Messages for the state of an upload, with an icon and a tone.
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import ClipboardCheck from '@lucide/svelte/icons/clipboard-check';
import Clock from '@lucide/svelte/icons/clock';
import CloudOff from '@lucide/svelte/icons/cloud-off';
import Download from '@lucide/svelte/icons/download';
import KeyRound from '@lucide/svelte/icons/key-round';
import Trash2 from '@lucide/svelte/icons/trash-2';
import Upload from '@lucide/svelte/icons/upload';
import type { Row, Failure } from '../../host/host';
import { lookUp, t } from '../../messages/messages';
import { percent, timeOrDate } from '../../messages/units';

export type StateMessage = { text: string; icon: typeof Clock; tone: 'calm' | 'ok' | 'warn' | 'danger' };

/** `seconds` are left to undo the deletion. */
export function stateMessage({ state, copied, deletedAt }: Pick<Row, 'state' | 'copied'> & Partial<Row>, seconds = 0): StateMessage {
  if (deletedAt) {
    return { text: seconds > 0 ? t('state.deleted_in', { count: seconds }) : t('state.deleted'), icon: Trash2, tone: 'warn' };
  }
  switch (state.is) {
    case 'waiting':
      return { text: t(`state.waiting.${state.for}`), icon: state.for === 'keychain' ? KeyRound : Clock, tone: 'warn' };
    case 'fetching':
      return { text: t('state.fetching'), icon: Download, tone: 'calm' };
    case 'queued':
      return { text: t('state.queued'), icon: Clock, tone: 'calm' };
    case 'sending':
      // All bytes are sent but the response is pending: "100 %" would look stuck.
      if (state.total > 0 && state.sent >= state.total) return { text: t('state.storing'), icon: Upload, tone: 'calm' };
      return { text: t('state.sending', { percent: percent(state.sent, state.total) }), icon: Upload, tone: 'calm' };
    case 'done':
      return copied
        ? { text: t('state.copied'), icon: ClipboardCheck, tone: 'ok' }
        : { text: t('state.done'), icon: CircleCheck, tone: 'ok' };
    case 'already_uploaded':
      return copied
        ? { text: t('state.already_copied'), icon: ClipboardCheck, tone: 'ok' }
        : { text: t('state.already_uploaded'), icon: CircleCheck, tone: 'ok' };
    case 'offline':
      return { text: offlineMessage(state), icon: CloudOff, tone: 'warn' };
    case 'failed':
      return { text: failedMessage(state), icon: CircleAlert, tone: 'danger' };
  }
}

/** How to fix a failure besides retrying: a settings section, or sending a smaller picture. */
export type Remedy = { is: 'settings'; section: 'targets' | 'network' } | { is: 'smaller' };

export function remedy({ state }: Pick<Row, 'state'>): Remedy | null {
  if (state.is !== 'failed') return null;
  switch (state.code) {
    case 'unauthorised':
    case 'forbidden':
    case 'no_key':
    case 'no_target':
    case 'bad_address':
    case 'unexpected_reply':
    case 'unreachable':
      return { is: 'settings', section: 'targets' };
    case 'certificate':
      return { is: 'settings', section: 'network' };
    case 'too_large':
      return { is: 'smaller' };
    default:
      return null;
  }
}

/** The reason, and when the upload is retried automatically. */
function offlineMessage({ code, fields, message, retryAt }: Extract<Row['state'], { is: 'offline' }>): string {
  const reason = lookUp(`offline.${code}`, fields) ?? message;
  return t('state.offline', { reason, time: timeOrDate(retryAt, new Date()) });
}

/** Additional remarks for a row. */
export function remarks(row: Row): { text: string; tone: 'calm' | 'warn' }[] {
  const list: { text: string; tone: 'calm' | 'warn' }[] = [];
  if (row.metadata === 'removed') list.push({ text: t('remark.metadata_removed'), tone: 'calm' });
  if (row.metadata === 'unknown') list.push({ text: t('remark.metadata_unknown'), tone: 'warn' });
  if (row.maybeTwice) list.push({ text: t('remark.maybe_twice'), tone: 'warn' });
  if (row.notDeleted) list.push({ text: failureMessage(row.notDeleted), tone: 'warn' });
  return list;
}

export function failureMessage({ code, fields, message }: Failure): string {
  return lookUp(`failure.${code}`, fields) ?? message;
}

/** The page's own message for the failure, else the host's. */
function failedMessage(failure: Failure): string {
  return t('state.failed', { message: failureMessage(failure) });
}
