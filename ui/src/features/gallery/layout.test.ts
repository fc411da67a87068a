import { expect, test } from 'vitest';
import { reuseRows, computeLayout, cellPosition, rowsBetween, neighbour, type Section } from './layout';

const MEASURES = { minCell: 100, gap: 10, heading: 40 };
// Three columns of 100, with 10 between.
const three = (sections: Section[]) => computeLayout(sections, 320, MEASURES);
const DAYS: Section[] = [
  { day: '2026-11-22', images: 5 },
  { day: '2026-11-21', images: 1 },
  { day: '2026-11-20', images: 3 },
];

test('rows of squares fill the width under a heading for each day', () => {
  const layout = three(DAYS);
  expect(layout).toMatchObject({ columns: 3, cell: 100, images: 9, rows: 7, height: 3 * 40 + 4 * 110 });
  expect(rowsBetween(layout, 0, 1000)).toEqual([
    { index: 1, top: 0, day: '2026-11-22', first: 0, images: 0 },
    { index: 2, top: 40, day: null, first: 0, images: 3 },
    { index: 3, top: 150, day: null, first: 3, images: 2 },
    { index: 4, top: 260, day: '2026-11-21', first: 5, images: 0 },
    { index: 5, top: 300, day: null, first: 5, images: 1 },
    { index: 6, top: 410, day: '2026-11-20', first: 6, images: 0 },
    { index: 7, top: 450, day: null, first: 6, images: 3 },
  ]);
});

test('a narrow page has two columns', () => {
  expect(computeLayout(DAYS, 130, MEASURES)).toMatchObject({ columns: 2, cell: 60 });
});

test('only visible rows are rendered, however many there are', () => {
  const many = three(Array.from({ length: 2_000 }, (_, at) => ({ day: `day ${at}`, images: 50 })));
  expect(many.images).toBe(100_000);
  const visibleRows = rowsBetween(many, many.height / 2, many.height / 2 + 800);
  expect(visibleRows.length).toBeLessThan(12);
  expect(visibleRows.every(({ top }) => top > many.height / 2 - 120 && top < many.height / 2 + 800)).toBe(true);
});

test('unchanged rows keep their identity', () => {
  const rowsBefore = rowsBetween(three(DAYS), 0, 300);
  const rowsAfter = reuseRows(rowsBetween(three(DAYS), 100, 400), rowsBefore);
  expect(rowsAfter.map((row) => rowsBefore.includes(row))).toEqual([true, true, true, false]);
  const fewer = three([{ day: '2026-11-22', images: 4 }, ...DAYS.slice(1)]);
  expect(reuseRows(rowsBetween(fewer, 0, 300), rowsBefore).map((row) => rowsBefore.includes(row))).toEqual([true, true, false, false]);
});

test('images that are not sorted by day have no headings', () => {
  const layout = three([{ day: null, images: 4 }]);
  expect(rowsBetween(layout, 0, 500).map(({ index, top, images }) => [index, top, images])).toEqual([
    [1, 0, 3],
    [2, 110, 1],
  ]);
});

test('the position of a cell matches its row', () => {
  const layout = three(DAYS);
  expect(cellPosition(layout, 4)).toEqual({ top: 150, bottom: 250, column: 1 });
  expect(cellPosition(layout, 6)).toEqual({ top: 450, bottom: 550, column: 0 });
});

test('the arrow keys skip headings and stop at the edges', () => {
  const layout = three(DAYS);
  expect(neighbour(layout, 4, 'down')).toBe(5);
  expect(neighbour(layout, 2, 'down')).toBe(4);
  expect(neighbour(layout, 8, 'up')).toBe(5);
  expect(neighbour(layout, 5, 'up')).toBe(3);
  expect(neighbour(layout, 1, 'up')).toBe(1);
  expect(neighbour(layout, 7, 'down')).toBe(7);
  expect(neighbour(layout, 0, 'left')).toBe(0);
  expect(neighbour(layout, 8, 'right')).toBe(8);
  expect(neighbour(layout, 4, 'start')).toBe(3);
  expect(neighbour(layout, 0, 'end')).toBe(2);
  expect(neighbour(layout, 3, 'end')).toBe(4);
  expect(neighbour(layout, 3, 'last')).toBe(8);
});

test('an empty gallery has no rows', () => {
  expect(rowsBetween(three([]), 0, 500)).toEqual([]);
});
