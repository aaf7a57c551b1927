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

// A customer's own colours (shared/lib/hues), around the ring of hues, so that neighbours in the list look alike. None is
// close to the accent or to critical.
export const customerHues = [
{ light: { main: '#b82d67', text: '#8c0d49', soft: '#feeaef' }, dark: { main: '#fe84ad', text: '#ffb6cb', soft: '#32171f' } },
  { light: { main: '#af4803', text: '#7f3201', soft: '#ffece3' }, dark: { main: '#f4966a', text: '#febc9f', soft: '#32190d' } },
  { light: { main: '#816553', text: '#5f4738', soft: '#f4efec' }, dark: { main: '#c5ab9a', text: '#dccabd', soft: '#261f1a' } },
  { light: { main: '#955e02', text: '#6b4304', soft: '#faeee2' }, dark: { main: '#dea45f', text: '#efc596', soft: '#2c1d0a' } },
  { light: { main: '#7b6c07', text: '#584e07', soft: '#f3f1e2' }, dark: { main: '#c0b363', text: '#d8cf99', soft: '#24210b' } },
  { light: { main: '#667404', text: '#495401', soft: '#eff2e3' }, dark: { main: '#abbb67', text: '#c9d59b', soft: '#1f230c' } },
  { light: { main: '#1d8139', text: '#075d24', soft: '#e7f5e8' }, dark: { main: '#7ac686', text: '#a9ddaf', soft: '#112615' } },
  { light: { main: '#097893', text: '#05566b', soft: '#e3f3fa' }, dark: { main: '#5ec0df', text: '#99d9f0', soft: '#09242d' } },
  { light: { main: '#5e6d80', text: '#424e5e', soft: '#eef0f4' }, dark: { main: '#a5b2c4', text: '#c5cfdc', soft: '#1d2125' } },
  { light: { main: '#3061d8', text: '#1942a8', soft: '#eaf0fd' }, dark: { main: '#8ab0ff', text: '#b7cefd', soft: '#152036' } },
  { light: { main: '#724dce', text: '#532fa0', soft: '#f0eefe' }, dark: { main: '#b3a0ff', text: '#cec5fd', soft: '#211c34' } },
  { light: { main: '#884baf', text: '#652f86', soft: '#f5ecfd' }, dark: { main: '#cc98f1', text: '#e1bdfd', soft: '#271a30' } },
  { light: { main: '#a236a2', text: '#7a197b', soft: '#faeaf9' }, dark: { main: '#e789e4', text: '#f7b3f4', soft: '#2c182b' } },
] as const;
