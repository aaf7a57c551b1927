// Words that someone hung on a thing.
import Box from '@mui/material/Box';

export function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <Box component="span" sx={{ display: 'inline-flex', flexWrap: 'wrap', gap: '4px' }}>
      {tags.map((tag) => (
        <Box key={tag} component="span" sx={{ px: '6px', lineHeight: '19px', borderRadius: '4px', border: 1, borderColor: 'neutral.5', fontSize: '0.75rem', color: 'text.secondary' }}>
          {tag}
        </Box>
      ))}
    </Box>
  );
}
