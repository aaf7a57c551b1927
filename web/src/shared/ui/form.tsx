'use client';
// Form fields with the label above, the hint or the error below; and the dialog that most forms live in.
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import FormHelperText from '@mui/material/FormHelperText';
import MenuItem from '@mui/material/MenuItem';
import OutlinedInput from '@mui/material/OutlinedInput';
import Select from '@mui/material/Select';
import Typography from '@mui/material/Typography';
import { useId, type ReactNode, type Ref, type SyntheticEvent } from 'react';
import { ApiError, messageOf } from '@/shared/api/error';

interface FieldProps {
  label: string;
  hint?: ReactNode;
  /** What is wrong here, by the server or by the form. */
  error?: string;
  required?: boolean;
}

function Field({ id, label, hint, error, required, children }: FieldProps & { id: string; children: ReactNode }) {
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box component="label" htmlFor={id} id={`${id}-label`} sx={{ display: 'flex', gap: 1.5, mb: '6px', fontSize: '0.8125rem', fontWeight: 540 }}>
        {label}
        {required === false && <Box component="span" sx={{ color: 'text.secondary', fontWeight: 420 }}>optional</Box>}
      </Box>
      {children}
      {(error ?? hint) !== undefined && (
        <FormHelperText id={`${id}-help`} error={error !== undefined}>
          {error ?? hint}
        </FormHelperText>
      )}
    </Box>
  );
}

interface TextInputProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'email' | 'password' | 'number' | 'datetime-local' | 'search';
  autoComplete?: string;
  inputMode?: 'numeric';
  autoFocus?: boolean;
  placeholder?: string;
  multiline?: boolean;
  minRows?: number;
  mono?: boolean;
  disabled?: boolean;
  min?: number | string;
  max?: number | string;
  end?: ReactNode;
  /** Offered while one types; anything else may be entered too. */
  suggestions?: readonly string[];
  onKeyUp?: (event: React.KeyboardEvent) => void;
  inputRef?: Ref<HTMLInputElement | HTMLTextAreaElement>;
  name?: string;
}

export function TextInput({ label, hint, error, required, value, onChange, mono = false, inputMode, min, max, end, suggestions, multiline = false, minRows = 2, ...input }: TextInputProps) {
  const id = useId();
  return (
    <Field id={id} label={label} hint={hint} error={error} required={required}>
      <OutlinedInput
        {...input}
        id={id}
        fullWidth
        multiline={multiline}
        minRows={multiline ? minRows : undefined}
        maxRows={multiline ? 10 : undefined}
        value={value}
        error={error !== undefined}
        endAdornment={end}
        onChange={(event) => onChange(event.target.value)}
        slotProps={{
          input: {
            'aria-describedby': (error ?? hint) === undefined ? undefined : `${id}-help`,
            'aria-required': required === true,
            className: mono ? 'mono' : undefined,
            spellCheck: mono ? false : undefined,
            inputMode,
            min,
            max,
            list: suggestions === undefined ? undefined : `${id}-list`,
          },
        }}
      />
      {suggestions !== undefined && <datalist id={`${id}-list`}>{suggestions.map((each) => <option key={each} value={each} />)}</datalist>}
    </Field>
  );
}

export interface Option<T extends string> {
  value: T;
  label: string;
  hint?: string;
  disabled?: boolean;
}

interface SelectInputProps<T extends string> extends FieldProps {
  value: T | '';
  onChange: (value: T) => void;
  options: readonly Option<T>[];
  placeholder?: string;
  disabled?: boolean;
}

export function SelectInput<T extends string>({ label, hint, error, required, value, onChange, options, placeholder = 'Choose…', disabled }: SelectInputProps<T>) {
  const id = useId();
  const chosen = options.find((option) => option.value === value);
  return (
    <Field id={id} label={label} hint={hint} error={error} required={required}>
      <Select
        id={id}
        labelId={`${id}-label`}
        fullWidth
        displayEmpty
        disabled={disabled}
        value={value}
        error={error !== undefined}
        onChange={(event) => onChange(event.target.value as T)}
        renderValue={() => chosen?.label ?? <Box component="span" sx={{ color: 'text.secondary' }}>{placeholder}</Box>}
        MenuProps={{ slotProps: { paper: { style: { maxHeight: 360 } } } }}
        SelectDisplayProps={{ 'aria-describedby': (error ?? hint) === undefined ? undefined : `${id}-help` }}
      >
        {options.map((option) => (
          <MenuItem key={option.value} value={option.value} disabled={option.disabled} sx={{ display: 'block', py: '6px', whiteSpace: 'normal' }}>
            <Box>{option.label}</Box>
            {option.hint !== undefined && <Box sx={{ fontSize: '0.75rem', color: 'neutral.9', lineHeight: 1.4 }}>{option.hint}</Box>}
          </MenuItem>
        ))}
      </Select>
    </Field>
  );
}

interface FormDialogProps {
  title: string;
  intro?: ReactNode;
  /** Its verb; without one there is nothing to send, only what stands in it. */
  action?: string;
  pending: boolean;
  error: unknown;
  /** The names of the fields that show their own error; an error elsewhere stands above the buttons. */
  fields: readonly string[];
  disabled?: boolean;
  wide?: boolean;
  children: ReactNode;
  onSubmit: () => void;
  onClose: () => void;
}

export function FormDialog({ title, intro, action, pending, error, fields, disabled = false, wide = false, children, onSubmit, onClose }: FormDialogProps) {
  const titleId = useId();
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (!pending && !disabled) onSubmit();
  };
  const shown = formMessage(error, fields);
  return (
    <Dialog open onClose={pending ? undefined : onClose} aria-labelledby={titleId} maxWidth={wide ? 'sm' : 'xs'} fullWidth>
      <Box component="form" onSubmit={submit} noValidate sx={{ display: 'flex', flexDirection: 'column', minHeight: 0 }}>
        <DialogTitle id={titleId}>{title}</DialogTitle>
        <DialogContent>
          {intro !== undefined && <Typography component="div" variant="body2" color="textSecondary" sx={{ mb: 4 }}>{intro}</Typography>}
          <Box sx={{ display: 'grid', gap: 4, pt: intro === undefined ? 2 : 0 }}>{children}</Box>
          {shown !== undefined && <Alert severity="error" sx={{ mt: 4 }}>{shown}</Alert>}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose} disabled={pending}>Cancel</Button>
          {action !== undefined && <Button type="submit" variant="contained" loading={pending} disabled={disabled}>{action}</Button>}
        </DialogActions>
      </Box>
    </Dialog>
  );
}

/** The server's words for each field. */
export function fieldErrors(error: unknown): Record<string, string | undefined> {
  return error instanceof ApiError ? error.fields : {};
}

/** What stands above the buttons: nothing when every refused field is in sight. */
export function formMessage(error: unknown, fields: readonly string[]): string | undefined {
  if (error === null || error === undefined) return undefined;
  const named = Object.entries(fieldErrors(error));
  if (named.length > 0 && named.every(([name]) => fields.includes(name))) return undefined;
  const hidden = named.filter(([name]) => !fields.includes(name)).map(([name, what]) => `${name}: ${what ?? ''}`);
  return [messageOf(error), ...hidden].join(' ');
}
