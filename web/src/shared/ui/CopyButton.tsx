'use client';
// Copies a text and says so.
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import ContentCopyOutlined from '@mui/icons-material/ContentCopyOutlined';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import { useEffect, useState } from 'react';
import { useToast } from './toast';

interface Props {
  text: string;
  /** What is copied, as in "Copy fingerprint". */
  what: string;
  variant?: 'icon' | 'button';
}

export function CopyButton({ text, what, variant = 'icon' }: Props) {
  const toast = useToast();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch {
      toast.error('The browser did not allow copying. Select the text and copy it by hand.');
    }
  };
  const Icon = copied ? CheckOutlined : ContentCopyOutlined;
  const label = copied ? 'Copied' : `Copy ${what}`;
  if (variant === 'button') {
    return (
      <Button variant="contained" startIcon={<Icon />} onClick={() => void copy()}>
        {label}
      </Button>
    );
  }
  return (
    <Tooltip title={label}>
      <IconButton size="small" aria-label={label} onClick={() => void copy()}>
        <Icon fontSize="small" />
      </IconButton>
    </Tooltip>
  );
}
