// Pictures on their way from this browser to the server: a few at a time, each with its own end. A connection that is
// cut for a moment costs none of them.
import { ApiError, type Api } from '../../api/api';
import type { Image } from '../../api/schema';
import type { Upload } from '../../host/host';
import { t } from '../../messages/messages';
import { errorMessage } from '../../error-message';
import type { DroppedFile } from './read-dropped-files';

export type JobState =
  | { is: 'queued' }
  | { is: 'sending'; sent: number; total: number }
  /** The server asked to come back later, or does not answer. */
  | { is: 'waiting'; for: 'server' | 'connection' }
  | { is: 'done'; image: Image }
  | { is: 'failed'; message: string };

export class Job {
  state = $state.raw<JobState>({ is: 'queued' });
  /** The same for every try, so that a picture is kept once, whatever became of the first answer. */
  readonly idempotencyKey = randomKey();
  attempts = 0;
  readonly abortController = new AbortController();

  constructor(
    readonly key: number,
    readonly file: File,
    /** The path of the folder it goes into; empty for none. */
    readonly folder: string,
  ) {}

  get isFinished(): boolean {
    return this.state.is === 'done' || this.state.is === 'failed';
  }
}

const MAX_PARALLEL = 3;
const MAX_ATTEMPTS = 5;
const MAX_WAIT_SECONDS = 60;

export class BrowserUploads {
  jobs = $state.raw<Job[]>([]);
  /** Grows whenever a picture has arrived, or all are through. */
  revision = $state(0);
  private lastKey = 0;

  constructor(
    private readonly api: Api,
    private readonly upload: Upload,
  ) {}

  get unfinishedCount(): number {
    return this.jobs.filter((job) => !job.isFinished).length;
  }

  get failedCount(): number {
    return this.jobs.filter(({ state }) => state.is === 'failed').length;
  }

  /** Those that have arrived, in the order in which they were given. */
  get images(): Image[] {
    return this.jobs.flatMap(({ state }) => (state.is === 'done' ? [state.image] : []));
  }

  /** Into a folder by its path, or into those within it. */
  add(files: readonly DroppedFile[], folder: string): void {
    // A new lot begins when the last one is through.
    if (this.unfinishedCount === 0) this.jobs = this.jobs.filter(({ state }) => state.is === 'failed');
    this.jobs = [...this.jobs, ...files.map(({ file, folderPath }) => new Job(++this.lastKey, file, [folder, folderPath].filter(Boolean).join('/')))];
    this.startQueued();
  }

  retry(job: Job): void {
    job.attempts = 0;
    job.state = { is: 'queued' };
    this.startQueued();
  }

  retryAll(): void {
    for (const job of this.jobs) if (job.state.is === 'failed') this.retry(job);
  }

  /** Takes it off the list, and calls it off where it is not over. */
  remove(job: Job): void {
    job.abortController.abort();
    this.jobs = this.jobs.filter((other) => other !== job);
    this.startQueued();
  }

  /** Takes the whole list away; what is not over is called off. */
  clear(): void {
    for (const job of [...this.jobs]) this.remove(job);
  }

  private startQueued(): void {
    const busy = this.jobs.filter(({ state }) => state.is === 'sending' || state.is === 'waiting').length;
    const queued = this.jobs.filter(({ state }) => state.is === 'queued');
    for (const job of queued.slice(0, Math.max(0, MAX_PARALLEL - busy))) void this.send(job);
  }

  private async send(job: Job): Promise<void> {
    const form = new FormData();
    // Fields first: the server reads the form as it comes.
    if (job.folder !== '') form.set('folder', job.folder);
    form.set('file', job.file, job.file.name);
    job.attempts += 1;
    job.state = { is: 'sending', sent: 0, total: job.file.size };
    try {
      const response = await this.upload('/api/dashboard/images', form, {
        method: 'POST',
        headers: { 'Idempotency-Key': job.idempotencyKey },
        signal: job.abortController.signal,
        progress: (sent, total) => {
          if (job.state.is === 'sending') job.state = { is: 'sending', sent, total };
        },
      });
      job.state = { is: 'done', image: await this.api.parseResponse<Image>(response) };
    } catch (error) {
      if (job.abortController.signal.aborted) return;
      await this.handleFailure(job, error);
      if (!job.isFinished) return;
    }
    this.startQueued();
    if (this.unfinishedCount === 0 || job.state.is === 'done') this.revision += 1;
  }

  /** It did not arrive: it is tried again where that may help, or has failed for a reason. */
  private async handleFailure(job: Job, error: unknown): Promise<void> {
    const isApiError = error instanceof ApiError;
    if (!isApiError && !(await isReadable(job.file))) {
      job.state = { is: 'failed', message: t('sending.unreadable') };
      return;
    }
    const delay = isApiError ? retryDelay(error) : 2 ** job.attempts;
    if (delay !== null && job.attempts < MAX_ATTEMPTS) this.scheduleRetry(job, isApiError ? 'server' : 'connection', delay);
    else job.state = { is: 'failed', message: errorMessage(isApiError ? error : new ApiError('interrupted', '', 0)) };
  }

  private scheduleRetry(job: Job, reason: 'server' | 'connection', seconds: number): void {
    const milliseconds = Math.min(seconds, MAX_WAIT_SECONDS) * 1_000;
    job.state = { is: 'waiting', for: reason };
    const timer = setTimeout(() => void this.send(job), milliseconds);
    job.abortController.signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }
}

/** The seconds after which a refusal may have passed; `null` where waiting is no use. */
function retryDelay(error: unknown): number | null {
  if (!(error instanceof ApiError)) return null;
  return error.status === 429 || error.status === 503 ? (error.retryAfter ?? 2) : null;
}

/** Whether its bytes can still be had: a file that was moved away looks like a cut connection otherwise. */
function isReadable(file: File): Promise<boolean> {
  const first = file.slice(0, 1).arrayBuffer();
  return first.then(() => true, () => false);
}

/** A word that nobody else has. `crypto.randomUUID` is not there on plain http. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
