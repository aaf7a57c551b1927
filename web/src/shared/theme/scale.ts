// The colours everything is drawn with. Text steps (8–10) hold AA on surfaces (1–3) of their own scheme.

export interface Neutrals {
  1: string; // surface
  2: string; // page, rail
  3: string; // hover, quiet fill
  4: string; // selected, hairline
  5: string; // border
  6: string; // strong border
  7: string; // icon, control outline (3:1)
  8: string; // second text
  9: string; // text of weight
  10: string; // text
}

export interface Tone {
  main: string; // mark, icon, bar
  text: string; // words on a surface or on `soft`
  soft: string; // fill behind words
  line: string; // border of that fill
}

export interface Severity {
  info: Tone;
  low: Tone;
  medium: Tone;
  high: Tone;
  critical: Tone;
}

export const lightNeutral: Neutrals = {
  1: '#ffffff',
  2: '#f7f8fa',
  3: '#f0f2f5',
  4: '#e6e9ee',
  5: '#d9dde4',
  6: '#bcc3ce',
  7: '#7d8796',
  8: '#586273',
  9: '#333b48',
  10: '#12171f',
};

export const darkNeutral: Neutrals = {
  1: '#101318',
  2: '#0b0d11',
  3: '#171b22',
  4: '#1f242d',
  5: '#2a313c',
  6: '#3d4654',
  7: '#6f7a8b',
  8: '#9aa5b5',
  9: '#c6cdd8',
  10: '#eef1f6',
};

// Verdigris: the colour bronze gates take with age.
export const accent = {
  light: { main: '#0d7468', dark: '#095a51', light: '#12897b', contrastText: '#ffffff', soft: '#e6f4f1', line: '#b5dcd5' },
  dark: { main: '#3cc2ae', dark: '#2aa896', light: '#62d5c4', contrastText: '#04211d', soft: '#0f2a28', line: '#1d4b47' },
};

export const lightSeverity: Severity = {
  info: { main: '#7d8796', text: '#4d5767', soft: '#f0f2f5', line: '#d9dde4' },
  low: { main: '#3779c2', text: '#1f5c9e', soft: '#e9f2fb', line: '#c3dcf3' },
  medium: { main: '#c28a0a', text: '#7d5700', soft: '#fdf4dc', line: '#f0dca3' },
  high: { main: '#d9641e', text: '#a0410b', soft: '#fdeee4', line: '#f5cfb5' },
  critical: { main: '#cf2f3f', text: '#b01e2e', soft: '#fdebec', line: '#f5c4c8' },
};

export const darkSeverity: Severity = {
  info: { main: '#6f7a8b', text: '#a9b3c2', soft: '#1a1f27', line: '#2f3743' },
  low: { main: '#4f94dd', text: '#8dbcf0', soft: '#11233a', line: '#1f3f63' },
  medium: { main: '#d6a42c', text: '#e6c268', soft: '#2b2209', line: '#4d3e12' },
  high: { main: '#e67d3a', text: '#f3a772', soft: '#301b0d', line: '#57331a' },
  critical: { main: '#ea5563', text: '#f68d97', soft: '#33121a', line: '#5d222c' },
};

export const ok = {
  light: { main: '#248a4b', text: '#17693a', soft: '#e8f6ed', line: '#bfe3cc' },
  dark: { main: '#3fb56c', text: '#7ad39c', soft: '#0f2819', line: '#1d4a2e' },
};

// A customer keeps one of these by the hash of its id.
export const customerHues = [
  { light: { main: '#3f62d6', text: '#2c4aae', soft: '#eaeefc' }, dark: { main: '#6f8ff5', text: '#a5b9fb', soft: '#171f3d' } },
  { light: { main: '#a2508f', text: '#83386f', soft: '#f8eaf5' }, dark: { main: '#cf7fbc', text: '#e6abd8', soft: '#2f1829' } },
  { light: { main: '#b0632a', text: '#864715', soft: '#faeee4' }, dark: { main: '#d68d54', text: '#ebb68b', soft: '#2d1d10' } },
  { light: { main: '#2b8aa6', text: '#12647c', soft: '#e5f3f8' }, dark: { main: '#4fb3d1', text: '#8dd1e6', soft: '#0e2630' } },
  { light: { main: '#7a56cf', text: '#5c3bad', soft: '#f0ebfb' }, dark: { main: '#a286f0', text: '#c4b2f7', soft: '#221a3d' } },
  { light: { main: '#6c8420', text: '#4c5f0f', soft: '#f1f5e0' }, dark: { main: '#a3bd4e', text: '#c6d98a', soft: '#1f260d' } },
  { light: { main: '#bb4a63', text: '#94304a', soft: '#fbeaee' }, dark: { main: '#e0778e', text: '#f0a9b8', soft: '#32161e' } },
  { light: { main: '#55708f', text: '#3b536e', soft: '#ebf0f5' }, dark: { main: '#8aa6c6', text: '#b3c7dd', soft: '#18222d' } },
] as const;
