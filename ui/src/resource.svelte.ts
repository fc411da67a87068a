// What a screen shows of the server: there, on its way, or not to be had for a reason.
import { wordsOf } from './error-message';

export class Reading<T> {
  /** `null` until the server has said. */
  value = $state.raw<T | null>(null);
  /** Why the last look brought nothing; what an earlier one brought stays. */
  trouble = $state<string | null>(null);

  constructor(private readonly find: () => Promise<T>) {
    void this.read();
  }

  async read(): Promise<void> {
    try {
      this.value = await this.find();
      this.trouble = null;
    } catch (error) {
      this.trouble = wordsOf(error);
    }
  }
}
