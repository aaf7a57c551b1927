// How MUI's parts look here: borders before shadows, 36 px rows, one focus ring, sentence case.
import type { Components, Theme } from '@mui/material/styles';

const v = (name: string) => `var(--sp-palette-${name})`;
const ring = { outline: `2px solid ${v('primary-main')}`, outlineOffset: 2 };
const floating = `0 0 0 1px ${v('neutral-5')}, 0 8px 28px rgb(10 14 20 / 0.16)`;

export const components: Components<Theme> = {
  MuiCssBaseline: {
    styleOverrides: {
      html: { scrollbarColor: `${v('neutral-6')} transparent` },
      body: { fontFeatureSettings: '"cv05", "cv08", "ss03"', textRendering: 'optimizeLegibility' },
      '::selection': { background: v('accent-line') },
      'a:focus-visible, button:focus-visible, [tabindex]:focus-visible': ring,
      // The second selector outweighs MUI's own of an input.
      '.mono, input.mono, textarea.mono': { fontFamily: '"JetBrains Mono Variable", ui-monospace, monospace', fontSize: '0.94em', fontFeatureSettings: '"zero"' },
      '.visually-hidden': {
        position: 'absolute', width: 1, height: 1, margin: -1, padding: 0, overflow: 'hidden', clip: 'rect(0 0 0 0)', whiteSpace: 'nowrap', border: 0,
      },
      '.tabular': { fontVariantNumeric: 'tabular-nums' },
      '@media (prefers-reduced-motion: reduce)': {
        '*, *::before, *::after': { animationDuration: '0.01ms !important', transitionDuration: '0.01ms !important' },
      },
    },
  },
  MuiButtonBase: { defaultProps: { disableRipple: true }, styleOverrides: { root: { fontFamily: 'inherit', '&.Mui-focusVisible': ring } } },
  MuiButton: {
    defaultProps: { disableElevation: true, size: 'medium' },
    styleOverrides: {
      root: { minWidth: 0, whiteSpace: 'nowrap', borderRadius: 6, '@media (pointer: coarse)': { minHeight: 40 } },
      sizeMedium: { height: 34, padding: '0 14px' },
      sizeSmall: { height: 28, padding: '0 10px' },
      sizeLarge: { height: 42, padding: '0 18px', fontSize: '0.875rem' },
      outlined: {
        borderColor: v('neutral-6'),
        color: v('neutral-10'),
        background: v('neutral-1'),
        '&:hover': { background: v('neutral-3'), borderColor: v('neutral-7') },
      },
      text: { color: v('neutral-9'), '&:hover': { background: v('neutral-3') } },
    },
    variants: [
      { props: { variant: 'outlined', color: 'error' }, style: { color: v('severity-critical-text'), borderColor: v('severity-critical-line') } },
      { props: { variant: 'text', color: 'error' }, style: { color: v('severity-critical-text') } },
    ],
  },
  MuiIconButton: {
    styleOverrides: {
      root: { borderRadius: 6, color: v('neutral-8'), '&:hover': { background: v('neutral-3') } },
      sizeSmall: { padding: 5 },
    },
  },
  MuiSvgIcon: { styleOverrides: { root: { fontSize: 18 }, fontSizeSmall: { fontSize: 16 }, fontSizeLarge: { fontSize: 28 } } },
  MuiPaper: { defaultProps: { elevation: 0 }, styleOverrides: { root: { backgroundImage: 'none' }, outlined: { borderColor: v('neutral-5'), borderRadius: 8 } } },
  MuiMenu: { styleOverrides: { paper: { boxShadow: floating, borderRadius: 8, marginTop: 4 }, list: { padding: 4 } } },
  MuiMenuItem: {
    styleOverrides: { root: { fontSize: '0.8125rem', minHeight: 32, borderRadius: 5, paddingInline: 10, gap: 8, '@media (pointer: coarse)': { minHeight: 44 } } },
  },
  MuiPopover: { styleOverrides: { paper: { boxShadow: floating, borderRadius: 8 } } },
  // The dialog itself has the focus until a field takes it: no ring around all of it.
  MuiDialog: { styleOverrides: { paper: { boxShadow: floating, borderRadius: 12, margin: 16, outline: 'none !important' }, container: { outline: 'none !important' } } },
  MuiDialogTitle: { styleOverrides: { root: { fontSize: '1.0625rem', fontWeight: 620, letterSpacing: '-0.01em', padding: '20px 24px 4px' } } },
  MuiDialogContent: { styleOverrides: { root: { padding: '8px 24px 16px' } } },
  MuiDialogActions: { styleOverrides: { root: { padding: '14px 24px', borderTop: `1px solid ${v('neutral-4')}`, gap: 4 } } },
  MuiBackdrop: { styleOverrides: { root: { '&:not(.MuiBackdrop-invisible)': { backgroundColor: 'rgb(9 12 17 / 0.45)' } } } },
  MuiDrawer: { styleOverrides: { paper: { backgroundImage: 'none', borderColor: v('neutral-5') } } },
  MuiTooltip: {
    defaultProps: { enterDelay: 250, enterTouchDelay: 100, leaveTouchDelay: 4000 },
    styleOverrides: {
      tooltip: {
        background: v('neutral-10'),
        color: v('neutral-1'),
        fontSize: '0.75rem',
        fontWeight: 480,
        lineHeight: 1.45,
        padding: '6px 9px',
        borderRadius: 6,
        maxWidth: 300,
      },
    },
  },
  MuiOutlinedInput: {
    styleOverrides: {
      root: {
        background: v('neutral-1'),
        fontSize: '0.875rem',
        '& .MuiOutlinedInput-notchedOutline': { borderColor: v('neutral-6') },
        '& textarea.MuiOutlinedInput-input': { padding: '8px 12px', height: 'auto' },
        '&:hover:not(.Mui-focused):not(.Mui-error):not(.Mui-disabled) .MuiOutlinedInput-notchedOutline': { borderColor: v('neutral-7') },
        '&.Mui-focused .MuiOutlinedInput-notchedOutline': { borderWidth: 2 },
        '&.Mui-disabled': { background: v('neutral-3') },
        '&.Mui-disabled .MuiOutlinedInput-notchedOutline': { borderColor: v('neutral-5') },
      },
      input: { padding: '8.5px 12px', height: 20, '&::placeholder': { color: v('neutral-8'), opacity: 0.85 } },
      multiline: { padding: 0 },
    },
    variants: [{ props: { size: 'small' }, style: { fontSize: '0.8125rem', '& .MuiOutlinedInput-input': { padding: '5px 10px' } } }],
  },
  MuiSelect: { styleOverrides: { select: { minHeight: '20px !important', paddingBlock: 8 } } },
  MuiFormHelperText: { styleOverrides: { root: { marginInline: 0, marginTop: 5, fontSize: '0.75rem', lineHeight: 1.45, overflowWrap: 'anywhere' } } },
  MuiCheckbox: { styleOverrides: { root: { padding: 6, color: v('neutral-7'), '&.Mui-disabled': { color: v('neutral-5') } } } },
  MuiRadio: { styleOverrides: { root: { padding: 6, color: v('neutral-7') } } },
  MuiSwitch: {
    styleOverrides: {
      root: { width: 38, height: 22, padding: 0, overflow: 'visible', flex: 'none' },
      switchBase: { padding: 3, color: '#ffffff', '&.Mui-checked': { color: '#ffffff', transform: 'translateX(16px)', '& + .MuiSwitch-track': { opacity: 1 } }, '&.Mui-focusVisible + .MuiSwitch-track': ring },
      thumb: { width: 16, height: 16, boxShadow: 'none' },
      track: { borderRadius: 11, opacity: 1, backgroundColor: v('neutral-7') },
    },
  },
  MuiFormControlLabel: { styleOverrides: { label: { fontSize: '0.875rem' } } },
  MuiTabs: {
    styleOverrides: { root: { minHeight: 40, borderBottom: `1px solid ${v('neutral-5')}` }, indicator: { height: 2 }, list: { gap: 20 } },
  },
  MuiTab: {
    styleOverrides: {
      root: { minHeight: 40, minWidth: 0, padding: '0 2px', fontSize: '0.8125rem', color: v('neutral-8'), '&.Mui-selected': { color: v('neutral-10') } },
    },
  },
  MuiTableCell: { styleOverrides: { root: { borderColor: v('neutral-4'), fontSize: '0.8125rem' } } },
  MuiLink: { defaultProps: { underline: 'hover' } },
  MuiAlert: {
    styleOverrides: { root: { borderRadius: 8, fontSize: '0.8125rem', padding: '4px 12px', border: '1px solid' }, icon: { marginRight: 10, opacity: 1 } },
    variants: (['error', 'warning', 'info', 'success'] as const).map((severity) => {
      const at = { error: 'severity-critical', warning: 'severity-medium', info: 'severity-low', success: 'ok' }[severity];
      return {
        props: { severity, variant: 'standard' as const },
        style: {
          background: v(`${at}-soft`), color: v(`${at}-text`), borderColor: v(`${at}-line`), '& .MuiAlert-icon': { color: v(`${at}-main`) },
        },
      };
    }),
  },
  MuiSkeleton: { defaultProps: { animation: 'wave' }, styleOverrides: { root: { backgroundColor: v('neutral-4') } } },
  MuiListSubheader: { styleOverrides: { root: { background: 'transparent', fontSize: '0.75rem', lineHeight: '28px', color: v('neutral-8') } } },
};
