import { expect, test } from 'vitest';
import { snippets } from './snippets';

const all = snippets('http://vitrine.test:4870', 'sk_secret');
const of = (name: string) => all.find((snippet) => snippet.name === name)?.text ?? '';

test('each snippet has the address and the key in it', () => {
  expect(all).toHaveLength(6);
  for (const { name, text } of all) {
    expect(text, name).toContain('http://vitrine.test:4870/upload');
    expect(text, name).toContain('Bearer sk_secret');
  }
});

test('what ShareX imports is an uploader that finds the link in the answer', () => {
  expect(JSON.parse(of('sharex'))).toMatchObject({
    Name: 'Vitrine (vitrine.test:4870)',
    RequestURL: 'http://vitrine.test:4870/upload',
    FileFormName: 'file',
    URL: '{json:original}',
  });
});

test('what PicGo reads is whole, the headers within it too', () => {
  const uploader = JSON.parse(of('obsidian')).picBed['web-uploader'];
  expect(JSON.parse(uploader.customHeader)).toEqual({ Authorization: 'Bearer sk_secret' });
});
