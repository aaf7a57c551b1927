'use client';
import { AssetScreen } from '@/features/assets/AssetScreen';
import { CredentialsCard } from '@/features/credentials/CredentialsCard';

export default function Page() {
  return <AssetScreen accounts={(asset) => <CredentialsCard asset={asset} />} />;
}
