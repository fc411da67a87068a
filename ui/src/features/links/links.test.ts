import { expect, test } from 'vitest';
import { imageOf } from '../../host/fake-server';
import { imageSizes, formatLinks, formatHtml } from './links';

const kitten = imageOf('kitten', { name: 'a [small] "kitten".jpg' });
const two = [kitten, imageOf('dog')];

test('several pictures are written one a line, in their order', () => {
  expect(formatLinks(two, 'url')).toBe('http://vitrine.test/kitten\nhttp://vitrine.test/dog');
  expect(formatLinks(two, 'bbcode', 200)).toBe('[img]http://vitrine.test/kitten/200[/img]\n[img]http://vitrine.test/dog/200[/img]');
});

test('what a name holds stays text in every language', () => {
  expect(formatLinks([kitten], 'markdown')).toBe('![a \\[small\\] "kitten"](http://vitrine.test/kitten)');
  expect(formatLinks([kitten], 'html')).toBe('<img src="http://vitrine.test/kitten" alt="a [small] &quot;kitten&quot;">');
});

test('what was said of a picture is what it is called where it cannot be seen', () => {
  expect(formatLinks([imageOf('x', { title: 'Title' })], 'markdown')).toContain('![Title]');
  expect(formatHtml([imageOf('x', { title: 'Title', description: 'A red\nboat' })])).toContain('alt="A red boat"');
});

test('a size that a picture has not is the picture itself', () => {
  expect(formatLinks([kitten], 'url', 1600)).toBe('http://vitrine.test/kitten');
});

test('a responsive picture lets the browser choose among its sizes', () => {
  expect(formatLinks([imageOf('x')], 'srcset')).toBe(
    '<img src="http://vitrine.test/x" srcset="http://vitrine.test/x/200 200w, http://vitrine.test/x/400 400w, http://vitrine.test/x 600w" sizes="(max-width: 600px) 100vw, 600px" alt="x">',
  );
});

test('sizes are listed with the height that each has', () => {
  expect(imageSizes(imageOf('x')).map(({ width, height }) => [width, height])).toEqual([
    [200, 133],
    [400, 267],
  ]);
});
