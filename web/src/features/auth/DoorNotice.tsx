// Why one stands at the door again: what happened, and what to do now.
import Alert from '@mui/material/Alert';
import AlertTitle from '@mui/material/AlertTitle';

export interface Notice {
  severity: 'error' | 'warning' | 'info';
  /** What happened. */
  title?: string;
  /** What to do. */
  text: string;
}

export function DoorNotice({ notice }: { notice?: Notice }) {
  if (notice === undefined) return null;
  return (
    <Alert severity={notice.severity}>
      {notice.title !== undefined && <AlertTitle sx={{ fontSize: '0.8125rem', fontWeight: 620, mb: 0.5 }}>{notice.title}</AlertTitle>}
      {notice.text}
    </Alert>
  );
}
