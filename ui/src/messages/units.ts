// Formats sizes, percentages and dates for people.
import { language, t } from './messages';

const integers = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const decimals = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
const day = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' });

/** A file size in decimal units, as file managers show it: `2.4 MB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1e3) return t('unit.bytes', { value: integers.format(bytes) });
  // The bounds are where rounding would give "1,000" of the smaller unit.
  if (bytes < 999_500) return t('unit.kilobytes', { value: integers.format(bytes / 1e3) });
  if (bytes < 999_950_000) return t('unit.megabytes', { value: decimals.format(bytes / 1e6) });
  return t('unit.gigabytes', { value: decimals.format(bytes / 1e9) });
}

/** The percentage, rounded down, so that 100 % means all. */
export function percent(part: number, total: number): string {
  return t('unit.percent', { value: integers.format(Math.floor(share(part, total) * 100)) });
}

/** Between 0 and 1, for any input. */
export function share(part: number, total: number): number {
  return total > 0 ? Math.min(1, Math.max(0, part / total)) : 0;
}

/** The time of a moment today, the date of an earlier one; empty for an invalid date. */
export function timeOrDate(moment: string, now: Date): string {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return '';
  return date.toDateString() === now.toDateString() ? clock.format(date) : day.format(date);
}

/** A number with thousands separators. */
export function number(value: number): string {
  return integers.format(value);
}

const thisYear = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
const anyYear = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
const dateTimes = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });

/** A day (`2026-11-22`) as a heading: today, yesterday, or a date. */
export function dayName(day: string, now: Date): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  const today = Date.UTC(now.getFullYear(), now.getMonth(), now.getDate());
  const daysAgo = Math.round((today - date.getTime()) / 86_400_000);
  if (daysAgo === 0) return t('unit.today');
  if (daysAgo === 1) return t('unit.yesterday');
  return (date.getUTCFullYear() === now.getFullYear() ? thisYear : anyYear).format(date);
}

/** Date and time; empty for an invalid date. */
export function dateAndTime(moment: string): string {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? '' : dateTimes.format(date);
}
