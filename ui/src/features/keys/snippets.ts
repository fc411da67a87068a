// Configuration snippets for uploading from other programs, filled in with the address and the key.

export type Snippet = {
  name: 'curl' | 'sharex' | 'typora' | 'obsidian' | 'flameshot' | 'shortcut';
  text: string;
  /** The file name, for snippets that are saved as a file. */
  file?: string;
};

export function snippets(base: string, secret: string): Snippet[] {
  const address = `${base}/upload`;
  const key = `Authorization: Bearer ${secret}`;
  return [
    { name: 'curl', text: `curl -H '${key}' -F 'file=@picture.png' ${address}` },
    { name: 'sharex', text: sharex(base, secret), file: 'vitrine.sxcu' },
    { name: 'typora', text: typora(address, key), file: 'vitrine-upload.sh' },
    { name: 'obsidian', text: obsidian(address, secret), file: 'config.json' },
    { name: 'flameshot', text: flameshot(address, key), file: 'vitrine-screenshot.sh' },
    { name: 'shortcut', text: shortcut(address, secret) },
  ];
}

/** A ShareX custom uploader. */
function sharex(base: string, secret: string): string {
  const uploader = {
    Version: '15.0.0',
    Name: `Vitrine (${new URL(base).host})`,
    DestinationType: 'ImageUploader',
    RequestMethod: 'POST',
    RequestURL: `${base}/upload`,
    Headers: { Authorization: `Bearer ${secret}` },
    Body: 'MultipartFormData',
    FileFormName: 'file',
    URL: '{json:original}',
    ThumbnailURL: '{json:sizes.200}',
    ErrorMessage: '{json:error}',
  };
  return `${JSON.stringify(uploader, null, 2)}\n`;
}

/** Extracts the link from the response with a tool that every system has. */
const LINK = `sed -n 's/.*"original":"\\([^"]*\\)".*/\\1/p'`;

/** Typora runs a command with file paths and reads one link per line. */
function typora(address: string, key: string): string {
  return `#!/bin/sh
# Uploads each given file and prints its link.
for file in "$@"; do
  name=$(printf %s "$file" | sed 's/["\\\\]/\\\\&/g')
  curl -sSf -w '\\n' -H '${key}' -F "file=@\\"$name\\"" ${address} | ${LINK}
done
`;
}

/** PicGo's web-uploader plugin, used by Obsidian's Image Auto Upload. */
function obsidian(address: string, secret: string): string {
  const config = {
    picBed: {
      uploader: 'web-uploader',
      'web-uploader': {
        url: address,
        paramName: 'file',
        jsonPath: 'original',
        customHeader: JSON.stringify({ Authorization: `Bearer ${secret}` }),
      },
    },
    picgoPlugins: { 'picgo-plugin-web-uploader': true },
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

function flameshot(address: string, key: string): string {
  return `#!/bin/sh
# Takes a screenshot, uploads it and copies its link. Without a link, the clipboard is left unchanged.
link=$(flameshot gui --raw |
  curl -sSf -H '${key}' -F 'file=@-;filename=screenshot.png' ${address} |
  ${LINK})
[ -n "$link" ] && printf %s "$link" | xclip -selection clipboard
`;
}

/** iOS only imports shortcuts signed by Apple, so these are instructions. */
function shortcut(address: string, secret: string): string {
  return `1. Receive Images from Share Sheet
2. Get Contents of URL
     URL: ${address}
     Method: POST
     Headers: Authorization = Bearer ${secret}
     Request Body: Form
     file (File) = Shortcut Input
3. Get Dictionary Value: original
4. Copy to Clipboard
`;
}
