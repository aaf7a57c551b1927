'use client';
// Which product the organization uses. It decides what the next steps tell to do over there.
import ArrowForwardOutlined from '@mui/icons-material/ArrowForwardOutlined';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import { StepFrame } from '@/shared/ui/StepFrame';
import type { SsoProduct } from '../api';
import { productOrder, products, productWords } from '../words';

interface Props {
  product: SsoProduct | undefined;
  /** Accounts are bound to the connection: another provider is another connection. */
  fixed: boolean;
  onChoose: (product: SsoProduct) => void;
}

export function ProviderStep({ product, fixed, onChoose }: Props) {
  return (
    <StepFrame title="Where do your people have their accounts?" intro="Choose the product. The next steps then say what to do in it, word for word.">
      {fixed && <Alert severity="info">This connection is for {product === undefined ? 'its provider' : productWords[product]}. For another provider add another connection: accounts are bound to the one that they came by.</Alert>}
      <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 3, gridTemplateColumns: { sm: '1fr 1fr' } }}>
        {productOrder.map((each) => (
          <li key={each}>
            <ButtonBase
              disabled={fixed && each !== product}
              aria-pressed={each === product}
              onClick={() => onChoose(each)}
              sx={{
                width: '100%', height: '100%', justifyContent: 'flex-start', gap: 3, p: 4, textAlign: 'left', fontFamily: 'inherit', border: 1, borderRadius: '8px', bgcolor: each === product ? 'accent.soft' : 'background.paper',
                borderColor: each === product ? 'primary.main' : 'neutral.5', opacity: fixed && each !== product ? 0.5 : 1, '&:hover': { borderColor: each === product ? 'primary.main' : 'neutral.7' },
              }}
            >
              <Box sx={{ flex: 1, minWidth: 0 }}>
                <Box sx={{ fontSize: '0.875rem', fontWeight: 580 }}>{productWords[each]}</Box>
                <Box sx={{ fontSize: '0.8125rem', color: 'neutral.9' }}>{products[each].hint}</Box>
              </Box>
              <ArrowForwardOutlined aria-hidden fontSize="small" sx={{ color: 'neutral.8' }} />
            </ButtonBase>
          </li>
        ))}
      </Box>
    </StepFrame>
  );
}
