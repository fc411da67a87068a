// The list of pictures as the page knows it: kept in step with the host's news, older rows fetched
// on demand, and one row at a time the current one for the keyboard.
import type { Host, Progress, Row } from '../../host/host';
import type { Notices } from '../notices/notices.svelte';

const PAGE = 50;
/** More rows than this the host does not give at once. */
const MOST = 500;
const CONFIRMED_FOR = 1_800;

export class Uploads {
  /** Newest first. */
  rows = $state<Row[]>([]);
  /** `reading` until the first rows are here: neither a list nor an empty state yet. */
  phase = $state<'reading' | 'ready' | 'failed'>('reading');
  fetchingMore = $state(false);
  /** Which copy button has just worked. */
  confirmed = $state<{ id: number; label: string } | null>(null);
  private wanted = $state<number | null>(null);
  private complete = false;
  /** Rows that events told of since the last reading again began. */
  private heard = new Set<number>();
  private turn = 0;
  /** Rows forgotten while a page of them was on its way must not come back with it. */
  private gone = new Set<number>();
  private confirmation: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Host,
    private readonly notices: Notices,
  ) {}

  /** The row the keyboard is on: the one last focused, else the newest. */
  get current(): number | null {
    const kept = this.rows.some((row) => row.id === this.wanted);
    return kept ? this.wanted : (this.rows[0]?.id ?? null);
  }

  set current(id: number | null) {
    this.wanted = id;
  }

  /** Reads the first page. Call it after listening, so that nothing falls between. */
  async read(): Promise<void> {
    try {
      await this.fetchPage(null);
      this.phase = 'ready';
    } catch {
      this.phase = 'failed';
    }
  }

  /** Reads again what is shown, after news may have been missed. */
  async readAgain(): Promise<void> {
    if (this.phase === 'reading') return;
    const heard = (this.heard = new Set());
    const turn = ++this.turn;
    try {
      const page = await this.host.rows({ limit: Math.max(PAGE, Math.min(this.rows.length, MOST)), before: null });
      // A reading that began later knows more.
      if (turn !== this.turn) return;
      const inPage = new Set(page.map((row) => row.id));
      const oldest = page.at(-1)?.id ?? 0;
      // What an event told meanwhile is newer than the page; what is older than it was not asked for.
      this.rows = this.rows.filter((row) => inPage.has(row.id) || heard.has(row.id) || row.id < oldest);
      for (const row of page) if (!heard.has(row.id) && !this.gone.has(row.id)) this.place(row);
      this.phase = 'ready';
    } catch {
      this.notices.say({ code: 'request_failed', fields: {} });
    }
  }

  /** Fetches the next older rows, once at a time, until there are no more. */
  async readMore(): Promise<void> {
    if (this.complete || this.fetchingMore || this.phase !== 'ready') return;
    this.fetchingMore = true;
    try {
      await this.fetchPage(this.rows.at(-1)?.id ?? null);
    } catch {
      this.notices.say({ code: 'request_failed', fields: {} });
    } finally {
      this.fetchingMore = false;
    }
  }

  private async fetchPage(before: number | null): Promise<void> {
    const page = await this.host.rows({ limit: PAGE, before });
    this.complete = page.length < PAGE;
    for (const row of page) {
      // What an event told meanwhile is newer than the page.
      if (this.find(row.id) === undefined && !this.gone.has(row.id)) this.insert(row);
    }
  }

  hearRow(row: Row): void {
    this.heard.add(row.id);
    this.place(row);
  }

  private place(row: Row): void {
    const at = this.rows.findIndex((other) => other.id === row.id);
    if (at >= 0) this.rows[at] = row;
    else this.insert(row);
  }

  /** Progress that arrives late must not take a finished row back. */
  hearProgress({ id, sent, total }: Progress): void {
    const row = this.find(id);
    this.heard.add(id);
    if (row && (row.state.is === 'queued' || row.state.is === 'sending')) row.state = { is: 'sending', sent, total };
  }

  hearForgotten(id: number): void {
    this.gone.add(id);
    const at = this.rows.findIndex((row) => row.id === id);
    if (at < 0) return;
    if (this.wanted === id) this.wanted = (this.rows[at + 1] ?? this.rows[at - 1])?.id ?? null;
    this.rows.splice(at, 1);
  }

  /** Moves to the row `by` places further down and returns its id. */
  step(by: number): number | null {
    const at = this.rows.findIndex((row) => row.id === this.current);
    const next = this.rows[Math.min(Math.max(at + by, 0), this.rows.length - 1)];
    if (next) this.wanted = next.id;
    return this.current;
  }

  async copy(row: Row, label: string): Promise<void> {
    if (row.state.is !== 'done') return;
    if (!(await this.asked(this.host.copy(row.id, label)))) return;
    this.confirmed = { id: row.id, label };
    clearTimeout(this.confirmation);
    this.confirmation = setTimeout(() => (this.confirmed = null), CONFIRMED_FOR);
  }

  async retry(row: Row): Promise<void> {
    if (row.state.is === 'offline' || (row.state.is === 'failed' && row.state.retry)) await this.asked(this.host.retry(row.id));
  }

  async forget(row: Row): Promise<void> {
    await this.asked(this.host.forget(row.id));
  }

  async open(row: Row): Promise<void> {
    if (row.state.is === 'done') await this.asked(this.host.open(row.id, 'original'));
  }

  async paste(): Promise<void> {
    await this.asked(this.host.paste());
  }

  async choose(): Promise<void> {
    await this.asked(this.host.chooseFiles());
  }

  /** Whether the host did it; if it did not, the page says so. */
  private async asked(request: Promise<void>): Promise<boolean> {
    try {
      await request;
      return true;
    } catch {
      this.notices.say({ code: 'request_failed', fields: {} });
      return false;
    }
  }

  private find(id: number): Row | undefined {
    return this.rows.find((row) => row.id === id);
  }

  private insert(row: Row): void {
    const at = this.rows.findIndex((other) => other.id < row.id);
    this.rows.splice(at < 0 ? this.rows.length : at, 0, row);
  }
}
