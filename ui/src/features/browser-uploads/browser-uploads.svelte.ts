// Uploads from this browser to the server: a few in parallel, each retried on its own when the connection drops.
import { ApiError, type Api } from '../../api/api';
import type { Image } from '../../api/schema';
import type { Upload } from '../../host/host';
import { t } from '../../messages/messages';
import { errorMessage } from '../../error-message';
import type { DroppedFile } from './read-dropped-files';

export type JobState =
  | { is: 'queued' }
  | { is: 'sending'; sent: number; total: number }
  /** The server asked to retry later, or the connection is down. */
  | { is: 'waiting'; for: 'server' | 'connection' }
  | { is: 'done'; image: Image }
  | { is: 'failed'; message: string };

export class Job {
  state = $state.raw<JobState>({ is: 'queued' });
  /** The idempotency key: the same for every attempt, so that the image is stored once even if a response is lost. */
  readonly idempotencyKey = randomKey();
  attempts = 0;
  readonly abortController = new AbortController();

  constructor(
    readonly key: number,
    readonly file: File,
    /** The path of the destination folder; empty for none. */
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
  /** Incremented when an image was uploaded or all uploads have ended. */
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

  /** The uploaded images, in the order they were added. */
  get images(): Image[] {
    return this.jobs.flatMap(({ state }) => (state.is === 'done' ? [state.image] : []));
  }

  /** Adds files to a folder, given by its path, or to its subfolders. */
  add(files: readonly DroppedFile[], folder: string): void {
    // A new batch replaces a finished one, except for failed uploads.
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

  /** Removes the upload from the list and cancels it if it is running. */
  remove(job: Job): void {
    job.abortController.abort();
    this.jobs = this.jobs.filter((other) => other !== job);
    this.startQueued();
  }

  /** Empties the list and cancels running uploads. */
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
    // Fields before the file: the server parses the form as a stream.
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

  /** Schedules a retry where that may help, else marks the upload as failed. */
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

/** Seconds until a rejected upload may be retried; `null` if a retry is pointless. */
function retryDelay(error: unknown): number | null {
  if (!(error instanceof ApiError)) return null;
  return error.status === 429 || error.status === 503 ? (error.retryAfter ?? 2) : null;
}

/** Whether the file is still readable: a deleted file otherwise looks like a lost connection. */
function isReadable(file: File): Promise<boolean> {
  const first = file.slice(0, 1).arrayBuffer();
  return first.then(() => true, () => false);
}

/** A random key. `crypto.randomUUID` is not available over plain http. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
