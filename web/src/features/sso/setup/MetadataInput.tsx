'use client';
// A provider's metadata: their address, so that they are read anew, or the text of a file.
import UploadFileOutlined from '@mui/icons-material/UploadFileOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormHelperText from '@mui/material/FormHelperText';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import { useId, useRef, useState } from 'react';
import { bytesWords } from '@/shared/lib/time';
import { TextInput } from '@/shared/ui/form';

export type MetadataBy = 'address' | 'text';

interface Props {
  by: MetadataBy;
  address: string;
  text: string;
  example: string;
  hint: string;
  errors: { address?: string; text?: string };
  onBy: (by: MetadataBy) => void;
  onAddress: (address: string) => void;
  onText: (text: string) => void;
}

/** Larger than any metadata of one provider; those of whole federations are not taken. */
const MOST_BYTES = 512 * 1024;

export function MetadataInput({ by, address, text, example, hint, errors, onBy, onAddress, onText }: Props) {
  const id = useId();
  const file = useRef<HTMLInputElement>(null);
  const [note, setNote] = useState<{ bad: boolean; words: string }>();
  const take = async (given: File | undefined) => {
    if (given === undefined) return;
    if (given.size > MOST_BYTES) {
      setNote({ bad: true, words: `${given.name} has ${bytesWords(given.size)}. Metadata of one provider are smaller: take those, not those of a federation.` });
      return;
    }
    onText(await given.text());
    setNote({ bad: false, words: `Taken from ${given.name}.` });
  };
  return (
    <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: 'minmax(0, 1fr)' }}>
      <div>
        <Box id={id} sx={{ fontSize: '0.8125rem', fontWeight: 540 }}>Its metadata</Box>
        <RadioGroup row aria-labelledby={id} value={by} onChange={(_event, next) => onBy(next as MetadataBy)} sx={{ columnGap: 3 }}>
          <FormControlLabel value="address" control={<Radio size="small" />} label={<Box component="span" sx={{ fontSize: '0.8125rem' }}>By their address</Box>} />
          <FormControlLabel value="text" control={<Radio size="small" />} label={<Box component="span" sx={{ fontSize: '0.8125rem' }}>As a file or text</Box>} />
        </RadioGroup>
      </div>
      {by === 'address' ? (
        <TextInput label="Address of its metadata" value={address} onChange={onAddress} mono autoComplete="off" placeholder={example} hint={hint} error={errors.address} />
      ) : (
        <div>
          <TextInput label="Metadata (XML)" value={text} onChange={(value) => { setNote(undefined); onText(value); }} mono multiline minRows={5} placeholder="<md:EntityDescriptor …>" hint="With an address they are read anew by themselves; a text is changed by hand, also when the provider changes its certificate." error={errors.text} />
          <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 3, mt: 2 }}>
            <Button size="small" variant="outlined" startIcon={<UploadFileOutlined />} onClick={() => file.current?.click()}>Take a file</Button>
            <Box component="input" ref={file} type="file" accept=".xml,text/xml,application/xml,application/samlmetadata+xml" aria-label="Metadata file" tabIndex={-1} onChange={(event: React.ChangeEvent<HTMLInputElement>) => { void take(event.target.files?.[0]); event.target.value = ''; }} sx={{ display: 'none' }} />
            {note !== undefined && <FormHelperText error={note.bad} sx={{ m: 0 }}>{note.words}</FormHelperText>}
          </Box>
        </div>
      )}
    </Box>
  );
}
