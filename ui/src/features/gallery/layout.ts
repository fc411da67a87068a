// Layout of the gallery grid: rows of squares under day headings. Pure arithmetic with one entry per day, so that
// it stays fast with 100,000 images.

/** Consecutive images under one heading, or under none (`null`). */
export type Section = { day: string | null; images: number };

type SectionLayout = Section & {
  /** The index of its first image. */
  first: number;
  top: number;
  /** How many rows, including headings, are above it. */
  rowsAbove: number;
  rows: number;
};

export type Layout = { columns: number; cell: number; gap: number; heading: number; height: number; rows: number; images: number; sections: SectionLayout[] };

/** A row of images or a heading, positioned at `top`. `index` is 1-based, for `aria-rowindex`. */
export type Row = { index: number; top: number; day: string | null; first: number; images: number };

/** The minimum width of a cell, the gap between cells and the height of a heading. */
export type GridMeasures = { minCell: number; gap: number; heading: number };

export function computeLayout(sections: readonly Section[], width: number, { minCell, gap, heading }: GridMeasures): Layout {
  const columns = Math.max(2, Math.floor((width + gap) / (minCell + gap)));
  const cell = Math.max(1, (width - gap * (columns - 1)) / columns);
  const layouts: SectionLayout[] = [];
  let [first, top, rowsAbove] = [0, 0, 0];
  for (const section of sections) {
    const rows = Math.ceil(section.images / columns);
    layouts.push({ ...section, first, top, rowsAbove, rows });
    first += section.images;
    top += headingHeight(section, heading) + rows * (cell + gap);
    rowsAbove += rows + (section.day === null ? 0 : 1);
  }
  return { columns, cell, gap, heading, height: top, rows: rowsAbove, images: first, sections: layouts };
}

/** The rows between two vertical offsets. */
export function rowsBetween(layout: Layout, from: number, to: number): Row[] {
  const { sections, columns, cell, gap, heading } = layout;
  const visibleRows: Row[] = [];
  for (let at = findSection(sections, ({ top }) => top <= from); at < sections.length; at++) {
    const section = sections[at]!;
    if (section.top > to) break;
    const { day, first, rowsAbove, rows, images } = section;
    const below = section.top + headingHeight(section, heading);
    if (day !== null && below > from) visibleRows.push({ index: rowsAbove + 1, top: section.top, day, first, images: 0 });
    const start = Math.max(0, Math.floor((from - below) / (cell + gap)));
    const end = Math.min(rows, Math.ceil((to - below) / (cell + gap)));
    for (let row = start; row < end; row++) {
      const skipped = row * columns;
      const index = rowsAbove + row + (day === null ? 1 : 2);
      visibleRows.push({ index, top: below + row * (cell + gap), day: null, first: first + skipped, images: Math.min(columns, images - skipped) });
    }
  }
  return visibleRows;
}

/** Returns the previous objects for unchanged rows, so that Svelte does not update them. */
export function reuseRows(rows: Row[], before: readonly Row[]): Row[] {
  const previous = new Map(before.map((row) => [row.index, row]));
  return rows.map((row) => {
    const old = previous.get(row.index);
    return old && old.top === row.top && old.day === row.day && old.first === row.first && old.images === row.images ? old : row;
  });
}

/** The position of an image. */
export function cellPosition(layout: Layout, image: number): { top: number; bottom: number; column: number } {
  const { section, row, column } = findRow(layout, image);
  const top = section.top + headingHeight(section, layout.heading) + row * (layout.cell + layout.gap);
  return { top, bottom: top + layout.cell, column };
}

export type Direction = 'left' | 'right' | 'up' | 'down' | 'start' | 'end' | 'first' | 'last';

/** The image that a key leads to; the same one at an edge. */
export function neighbour(layout: Layout, image: number, direction: Direction): number {
  const last = layout.images - 1;
  const { section, row, column } = findRow(layout, image);
  switch (direction) {
    case 'left':
      return Math.max(0, image - 1);
    case 'right':
      return Math.min(last, image + 1);
    case 'start':
      return image - column;
    case 'end':
      return imageInRow(layout, section, row, layout.columns);
    case 'first':
      return 0;
    case 'last':
      return last;
    case 'up': {
      if (row > 0) return image - layout.columns;
      const above = layout.sections[layout.sections.indexOf(section) - 1];
      return above ? imageInRow(layout, above, above.rows - 1, column) : image;
    }
    case 'down': {
      if (row < section.rows - 1) return imageInRow(layout, section, row + 1, column);
      const below = layout.sections[layout.sections.indexOf(section) + 1];
      return below ? imageInRow(layout, below, 0, column) : image;
    }
  }
}

/** The image in that column of a row, or the row's last image. */
function imageInRow({ columns }: Layout, { first, images }: SectionLayout, row: number, column: number): number {
  return first + Math.min(row * columns + Math.min(column, columns - 1), images - 1);
}

function findRow({ sections, columns }: Layout, image: number): { section: SectionLayout; row: number; column: number } {
  const section = sections[findSection(sections, ({ first }) => first <= image)]!;
  const offset = image - section.first;
  return { section, row: Math.floor(offset / columns), column: offset % columns };
}

/** The last section that passes the test, found by binary search; the first if none does. */
function findSection(sections: readonly SectionLayout[], test: (section: SectionLayout) => boolean): number {
  let [low, high] = [0, sections.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (test(sections[middle]!)) low = middle;
    else high = middle;
  }
  return low;
}

function headingHeight({ day }: Section, heading: number): number {
  return day === null ? 0 : heading;
}
