// One static export is embedded in the server's binary. In development Next serves the pages and hands /api to the server.
import type { NextConfig } from 'next';

const production = process.env.NODE_ENV === 'production';
const api = process.env.SALLYPORT_API ?? 'http://127.0.0.1:8420';

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  allowedDevOrigins: ['127.0.0.1', 'localhost'],
  // Rewrites and an export exclude each other.
  ...(production
    ? { output: 'export' as const, images: { unoptimized: true } }
    : { rewrites: () => Promise.resolve([{ source: '/api/:path*', destination: `${api}/api/:path*` }]) }),
};

export default config;
