// The desktop app's state: its features, connected to one host.
import { CopySettingsState } from './features/copying/copy-settings.svelte';
import { type ToastSubject, ToastStore } from './features/toasts/toasts.svelte';
import { Uploads } from './features/uploads/uploads.svelte';
import type { AppState, CloseChoice, Desktop, Drag, Notice, Target } from './host/host';
import { t } from './messages/messages';

/** Everything that links and rows depend on besides the images: server addresses and target names. */
const linkInputs = ({ server, reach, targets }: AppState) => JSON.stringify([server, reach, targets]);

export class App {
  readonly toasts = new ToastStore();
  readonly uploads: Uploads;
  readonly copySettings: CopySettingsState;
  /** `null` until the host has sent it. */
  hostState = $state<AppState | null>(null);
  drag = $state<Drag>({ over: false, count: 0, lanes: [], lane: 0 });
  closeDialogOpen = $state(false);

  constructor(readonly host: Desktop) {
    this.uploads = new Uploads(host, this.toasts);
    this.copySettings = new CopySettingsState(host, this.toasts);
  }

  /** Subscribes to events before reading, so that no change is missed. */
  async start(): Promise<void> {
    const { host, uploads, toasts } = this;
    try {
      await Promise.all([
        host.on('rows', (rows) => uploads.applyRows(rows)),
        host.on('progress', (progress) => uploads.applyProgress(progress)),
        host.on('forgotten', ({ id }) => uploads.removeForgotten(id)),
        host.on('missed', () => void uploads.reload()),
        host.on('state', (state) => {
          const previous = this.hostState;
          this.applyState(state);
          if (previous === null || linkInputs(previous) !== linkInputs(state)) void uploads.reload();
        }),
        host.on('drag', (drag) => (this.drag = drag)),
        host.on('notice', (notice) => toasts.show(notice, this.copySettings.current.how, undefined, this.toastSubject(notice))),
        host.on('ask_close', () => (this.closeDialogOpen = true)),
      ]);
      await Promise.all([host.state().then((state) => this.applyState(state)), uploads.load()]);
    } catch {
      toasts.show({ code: 'request_failed', fields: {} });
    }
  }

  /** The target that pictures go to. */
  get defaultTarget(): Target | undefined {
    return this.hostState?.targets.find(({ id }) => id === this.hostState?.usual);
  }

  answerClose(choice: CloseChoice): void {
    this.closeDialogOpen = false;
    this.run(this.host.answerClose(choice));
  }

  quit(): void {
    this.run(this.host.quit());
  }

  /** The pictures whose links were copied, for the toast: a thumbnail, and actions. */
  private toastSubject({ code }: Notice): ToastSubject | undefined {
    const copiedRows = this.uploads.rows.filter((row) => row.copied);
    const [first] = copiedRows;
    if (code !== 'copied' || !first) return undefined;
    const again = { name: 'copy-again', text: t('notice.copy_again'), act: () => this.run(this.host.copyAgain()) };
    const open = { name: 'open', text: t('row.open'), act: () => void this.uploads.open(first) };
    const undo = { name: 'undo', text: t('row.undo'), act: () => void this.uploads.delete(first) };
    const single = copiedRows.length === 1;
    // Only pictures that this upload created can be deleted again.
    const deletable = single && first.state.is === 'done' && first.deletable;
    return {
      picture: first.thumbnail ? this.host.thumbnail(first.id) : null,
      actions: [again, ...(single ? [open] : []), ...(deletable ? [undo] : [])],
    };
  }

  private applyState(state: AppState): void {
    this.hostState = state;
    this.copySettings.load(state.copy);
  }

  private run(request: Promise<void>): void {
    request.catch(() => this.toasts.show({ code: 'request_failed', fields: {} }));
  }
}
