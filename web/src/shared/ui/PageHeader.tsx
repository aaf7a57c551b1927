'use client';
// The page's name, one line on what it is for, and its one main act. Sets the document's title.
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useEffect, type ReactNode } from 'react';

interface Props {
  title: string;
  /** Shown instead of the plain title, such as a name with its tag. */
  heading?: ReactNode;
  intro?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, heading, intro, actions }: Props) {
  useEffect(() => {
    document.title = `${title} · Sallyport`;
  }, [title]);
  return (
    <Box component="header" sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: 3, mb: 5 }}>
      <Box sx={{ flex: '1 1 280px', minWidth: 0 }}>
        <Typography variant="h2" component="h1" sx={{ overflowWrap: 'anywhere' }}>
          {heading ?? title}
        </Typography>
        {intro !== undefined && (
          <Typography component="div" variant="body2" color="textSecondary" sx={{ mt: 1, maxWidth: 780, textWrap: 'pretty' }}>
            {intro}
          </Typography>
        )}
      </Box>
      {actions !== undefined && <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, width: { xs: '100%', sm: 'auto' } }}>{actions}</Box>}
    </Box>
  );
}
