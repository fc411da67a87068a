// Pictures on their way from this browser to the server: a few at a time, each with its own end.
import { Refusal, type Api } from '../../api/api';
import type { Image } from '../../api/schema';
import type { Upload } from '../../host/host';
import { wordsOf } from '../../visit.svelte';

export type JobState =
  | { is: 'queued' }
  | { is: 'sending'; sent: number; total: number }
  /** The server asked to come back later. */
  | { is: 'waiting'; until: number }
  | { is: 'done'; image: Image }
  | { is: 'failed'; message: string };

export class Job {
  state = $state.raw<JobState>({ is: 'queued' });
  /** The same for every try, so that a picture is kept once, whatever became of the first answer. */
  readonly repetition = word();
  tries = 0;
  readonly cancelled = new AbortController();

  constructor(
    readonly key: number,
    readonly file: File,
    /** The path of the folder it goes into; empty for none. */
    readonly folder: string,
  ) {}

  get over(): boolean {
    return this.state.is === 'done' || this.state.is === 'failed';
  }
}

const AT_ONCE = 3;
const TRIES = 5;
const LONGEST_WAIT = 60;

export class Sending {
  jobs = $state.raw<Job[]>([]);
  private last = 0;

  constructor(
    private readonly api: Api,
    private readonly upload: Upload,
    /** Told whenever a picture has arrived and no other is on its way. */
    private readonly arrived: () => void,
  ) {}

  get unfinished(): number {
    return this.jobs.filter((job) => !job.over).length;
  }

  get failed(): number {
    return this.jobs.filter(({ state }) => state.is === 'failed').length;
  }

  /** Those that have arrived, in the order in which they were given. */
  get images(): Image[] {
    return this.jobs.flatMap(({ state }) => (state.is === 'done' ? [state.image] : []));
  }

  add(files: readonly File[], folder: string): void {
    // A new lot begins when the last one is through.
    if (this.unfinished === 0) this.jobs = this.jobs.filter(({ state }) => state.is === 'failed');
    this.jobs = [...this.jobs, ...files.map((file) => new Job(++this.last, file, folder))];
    this.next();
  }

  retry(job: Job): void {
    job.tries = 0;
    job.state = { is: 'queued' };
    this.next();
  }

  retryAll(): void {
    for (const job of this.jobs) if (job.state.is === 'failed') this.retry(job);
  }

  /** Takes it off the list, and calls it off where it is not over. */
  remove(job: Job): void {
    job.cancelled.abort();
    this.jobs = this.jobs.filter((other) => other !== job);
    this.next();
  }

  /** Takes the whole list away; what is not over is called off. */
  clear(): void {
    for (const job of [...this.jobs]) this.remove(job);
  }

  private next(): void {
    const busy = this.jobs.filter(({ state }) => state.is === 'sending' || state.is === 'waiting').length;
    const queued = this.jobs.filter(({ state }) => state.is === 'queued');
    for (const job of queued.slice(0, Math.max(0, AT_ONCE - busy))) void this.send(job);
  }

  private async send(job: Job): Promise<void> {
    const form = new FormData();
    // Fields first: the server reads the form as it comes.
    if (job.folder !== '') form.set('folder', job.folder);
    form.set('file', job.file, job.file.name);
    job.tries += 1;
    job.state = { is: 'sending', sent: 0, total: job.file.size };
    try {
      const response = await this.upload('/api/dashboard/images', form, {
        method: 'POST',
        headers: { 'Idempotency-Key': job.repetition },
        signal: job.cancelled.signal,
        progress: (sent, total) => {
          if (job.state.is === 'sending') job.state = { is: 'sending', sent, total };
        },
      });
      job.state = { is: 'done', image: await this.api.read<Image>(response) };
    } catch (error) {
      if (job.cancelled.signal.aborted) return;
      const after = laterThan(error);
      if (after !== null && job.tries < TRIES) return this.wait(job, after);
      job.state = { is: 'failed', message: wordsOf(error instanceof Refusal ? error : new Refusal('interrupted', '', 0)) };
    }
    this.next();
    if (this.unfinished === 0 || job.state.is === 'done') this.arrived();
  }

  private wait(job: Job, seconds: number): void {
    const milliseconds = Math.min(seconds, LONGEST_WAIT) * 1_000;
    job.state = { is: 'waiting', until: Date.now() + milliseconds };
    const timer = setTimeout(() => void this.send(job), milliseconds);
    job.cancelled.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }
}

/** The seconds after which a refusal may have passed; `null` where waiting is no use. */
function laterThan(error: unknown): number | null {
  if (!(error instanceof Refusal)) return null;
  return error.status === 429 || error.status === 503 ? (error.after ?? 2) : null;
}

/** A word that nobody else has. `crypto.randomUUID` is not there on plain http. */
function word(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
