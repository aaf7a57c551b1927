// One theme, both schemes, as CSS variables (prefix `sp`): neutrals, accent, severity, type, radius, density.
import { createTheme } from '@mui/material/styles';
import { components } from './components';
import { accent, darkNeutral, darkSeverity, lightNeutral, lightSeverity, ok, type Neutrals, type Severity, type Tone } from './scale';

declare module '@mui/material/styles' {
  interface Palette {
    neutral: Neutrals;
    accent: Pick<Tone, 'soft' | 'line'>;
    severity: Severity;
    ok: Tone;
  }
  interface PaletteOptions {
    neutral: Neutrals;
    accent: Pick<Tone, 'soft' | 'line'>;
    severity: Severity;
    ok: Tone;
  }
}

function palette(mode: 'light' | 'dark') {
  const n = mode === 'light' ? lightNeutral : darkNeutral;
  const s = mode === 'light' ? lightSeverity : darkSeverity;
  const { soft, line, ...primary } = accent[mode];
  const onMark = mode === 'light' ? '#ffffff' : '#1d060a';
  return {
    mode,
    primary,
    secondary: { main: n[9], contrastText: n[1] },
    error: { main: mode === 'light' ? '#c42a3a' : '#ea5563', contrastText: onMark },
    warning: { main: s.high.main, contrastText: onMark },
    info: { main: s.low.main, contrastText: onMark },
    success: { main: ok[mode].main, contrastText: onMark },
    text: { primary: n[10], secondary: n[8], disabled: n[7] },
    divider: n[5],
    background: { default: n[2], paper: n[1] },
    action: { hover: n[3], selected: n[4], disabled: n[7], disabledBackground: n[4], focus: n[4], active: n[8] },
    neutral: n,
    accent: { soft, line },
    severity: s,
    ok: ok[mode],
  };
}

export const fontSans = '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif';
export const fontMono = '"JetBrains Mono Variable", ui-monospace, "SFMono-Regular", Menlo, monospace';

export const theme = createTheme({
  cssVariables: { cssVarPrefix: 'sp', colorSchemeSelector: 'data-scheme' },
  colorSchemes: { light: { palette: palette('light') }, dark: { palette: palette('dark') } },
  spacing: 4,
  shape: { borderRadius: 6 },
  breakpoints: { values: { xs: 0, sm: 640, md: 900, lg: 1200, xl: 1600 } },
  transitions: { duration: { shortest: 80, shorter: 100, short: 120, standard: 140, complex: 150, enteringScreen: 140, leavingScreen: 100 } },
  typography: {
    fontFamily: fontSans,
    fontSize: 14,
    htmlFontSize: 16,
    h1: { fontSize: '1.625rem', lineHeight: 1.25, fontWeight: 620, letterSpacing: '-0.021em' },
    h2: { fontSize: '1.25rem', lineHeight: 1.35, fontWeight: 620, letterSpacing: '-0.014em' },
    h3: { fontSize: '0.9375rem', lineHeight: 1.4, fontWeight: 620, letterSpacing: '-0.006em' },
    subtitle1: { fontSize: '0.9375rem', lineHeight: 1.5 },
    body1: { fontSize: '0.875rem', lineHeight: 1.5 },
    body2: { fontSize: '0.8125rem', lineHeight: 1.5 },
    caption: { fontSize: '0.75rem', lineHeight: 1.4, letterSpacing: '0.002em' },
    button: { fontSize: '0.8125rem', fontWeight: 560, textTransform: 'none', letterSpacing: 0 },
  },
  components,
});
