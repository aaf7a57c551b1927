'use client';
// A list or page that could not be read: what happened, what to do, and the request's id for whoever helps.
import BlockOutlined from '@mui/icons-material/BlockOutlined';
import CloudOffOutlined from '@mui/icons-material/CloudOffOutlined';
import SearchOffOutlined from '@mui/icons-material/SearchOffOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { ApiError, messageOf } from '@/shared/api/error';

interface Props {
  error: unknown;
  onRetry?: () => void;
  fullPage?: boolean;
  dense?: boolean;
}

export function ErrorState({ error, onRetry, fullPage = false, dense = false }: Props) {
  const missing = error instanceof ApiError && error.status === 404;
  const refused = error instanceof ApiError && error.status === 403;
  const requestId = error instanceof ApiError ? error.details.requestId : undefined;
  const Icon = missing ? SearchOffOutlined : refused ? BlockOutlined : CloudOffOutlined;
  return (
    <Box role="alert" sx={{ display: 'grid', placeItems: 'center', minHeight: fullPage ? '100dvh' : dense ? 160 : 280, p: dense ? 4 : 6 }}>
      <Box sx={{ maxWidth: 420, textAlign: 'center', display: 'grid', justifyItems: 'center', gap: 2 }}>
        <Icon sx={{ fontSize: 28, color: 'neutral.7' }} />
        <Typography variant="h3" component="h2">
          {missing ? 'There is nothing here for you' : refused ? 'You may not see this' : 'This could not be loaded'}
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {missing ? 'It may have been removed, or it belongs to an organization that you cannot see.' : messageOf(error)}
        </Typography>
        {!missing && !refused && onRetry !== undefined && (
          <Button variant="outlined" onClick={onRetry} sx={{ mt: 2 }}>
            Try again
          </Button>
        )}
        {requestId !== undefined && (
          <Typography variant="caption" color="textSecondary" sx={{ mt: 1 }}>
            Request <span className="mono">{requestId}</span>
          </Typography>
        )}
      </Box>
    </Box>
  );
}
