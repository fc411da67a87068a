// The page as a whole: its features, wired to one host.
import { CopyChoice } from './features/copying/copy-settings.svelte';
import { type About, Notices } from './features/toasts/toasts.svelte';
import { Uploads } from './features/uploads/uploads.svelte';
import type { AppState, CloseChoice, Desktop, Drag, Notice, Target } from './host/host';
import { t } from './messages/messages';

/** What links and rows are made of, besides the pictures: where the servers are, and what they are called. */
const madeOf = ({ server, reach, targets }: AppState) => JSON.stringify([server, reach, targets]);

export class App {
  readonly notices = new Notices();
  readonly uploads: Uploads;
  readonly copying: CopyChoice;
  /** `null` until the host has told it. */
  surroundings = $state<AppState | null>(null);
  drag = $state<Drag>({ over: false, count: 0, lanes: [], lane: 0 });
  askingToClose = $state(false);

  constructor(readonly host: Desktop) {
    this.uploads = new Uploads(host, this.notices);
    this.copying = new CopyChoice(host, this.notices);
  }

  /** Listens first and reads then, so that nothing is missed in between. */
  async start(): Promise<void> {
    const { host, uploads, notices } = this;
    try {
      await Promise.all([
        host.on('rows', (rows) => uploads.hearRows(rows)),
        host.on('progress', (progress) => uploads.hearProgress(progress)),
        host.on('forgotten', ({ id }) => uploads.hearForgotten(id)),
        host.on('missed', () => void uploads.readAgain()),
        host.on('state', (state) => {
          const before = this.surroundings;
          this.hearState(state);
          if (before === null || madeOf(before) !== madeOf(state)) void uploads.readAgain();
        }),
        host.on('drag', (drag) => (this.drag = drag)),
        host.on('notice', (notice) => notices.say(notice, this.copying.current.how, undefined, this.about(notice))),
        host.on('ask_close', () => (this.askingToClose = true)),
      ]);
      await Promise.all([host.state().then((state) => this.hearState(state)), uploads.read()]);
    } catch {
      notices.say({ code: 'request_failed', fields: {} });
    }
  }

  /** Where pictures go. */
  get usual(): Target | undefined {
    return this.surroundings?.targets.find(({ id }) => id === this.surroundings?.usual);
  }

  answerClose(choice: CloseChoice): void {
    this.askingToClose = false;
    this.ask(this.host.answerClose(choice));
  }

  quit(): void {
    this.ask(this.host.quit());
  }

  /** The pictures whose links were copied: the first of them to look at, and what can be done with them. */
  private about({ code }: Notice): About | undefined {
    const copied = this.uploads.rows.filter((row) => row.copied);
    const [first] = copied;
    if (code !== 'copied' || !first) return undefined;
    const again = { name: 'copy-again', text: t('notice.copy_again'), act: () => this.ask(this.host.copyAgain()) };
    const open = { name: 'open', text: t('row.open'), act: () => void this.uploads.open(first) };
    const undo = { name: 'undo', text: t('row.undo'), act: () => void this.uploads.delete(first) };
    const alone = copied.length === 1;
    // One that was there before stays.
    const fresh = alone && first.state.is === 'done' && first.deletable;
    return {
      picture: first.thumbnail ? this.host.thumbnail(first.id) : null,
      actions: [again, ...(alone ? [open] : []), ...(fresh ? [undo] : [])],
    };
  }

  private hearState(state: AppState): void {
    this.surroundings = state;
    this.copying.hear(state.copy);
  }

  private ask(request: Promise<void>): void {
    request.catch(() => this.notices.say({ code: 'request_failed', fields: {} }));
  }
}
