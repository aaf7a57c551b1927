// Our metadata as a file: all that a provider has to know of us.
import DownloadOutlined from '@mui/icons-material/DownloadOutlined';
import Button from '@mui/material/Button';

export function MetadataDownload({ connectionId }: { connectionId: string }) {
  return <Button variant="outlined" startIcon={<DownloadOutlined />} href={`/api/sso/saml/${connectionId}/metadata`} download="sallyport-metadata.xml">Download our metadata</Button>;
}
