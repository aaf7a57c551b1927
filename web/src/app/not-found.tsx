import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';

export default function NotFound() {
  return (
    <Box component="main" sx={{ minHeight: '100dvh', display: 'grid', placeItems: 'center', p: 6 }}>
      <Box sx={{ textAlign: 'center', display: 'grid', gap: 3, justifyItems: 'center' }}>
        <Typography variant="h1">There is no such page</Typography>
        <Typography color="textSecondary">The address may be mistyped, or the page has moved.</Typography>
        <Button href="/" variant="contained" sx={{ mt: 2 }}>To the start</Button>
      </Box>
    </Box>
  );
}
