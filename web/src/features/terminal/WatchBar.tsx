// Says without doubt that this is somebody else's terminal.
import VisibilityOutlined from '@mui/icons-material/VisibilityOutlined';
import Box from '@mui/material/Box';

export function WatchBar() {
  return (
    <Box sx={{ flex: 'none', display: 'flex', alignItems: 'center', justifyContent: 'center', gap: 2, px: 4, minHeight: 30, bgcolor: 'severity.low.soft', color: 'severity.low.text', borderBottom: 1, borderColor: 'severity.low.line', fontSize: '0.8125rem', fontWeight: 560 }}>
      <VisibilityOutlined aria-hidden fontSize="small" />
      <span>Watching only.<Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}> The technician sees that you are here.</Box></span>
    </Box>
  );
}
