'use client';
// Short words after a bare action. Errors of a form stand at its fields instead.
import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import Close from '@mui/icons-material/Close';
import ErrorOutlined from '@mui/icons-material/ErrorOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { useToastHost } from './toastHost';

interface ToastAction {
  label: string;
  run: () => void;
}

interface Toast {
  id: number;
  tone: 'done' | 'error';
  message: string;
  action?: ToastAction;
}

export interface ToastApi {
  done: (message: string, action?: ToastAction) => void;
  error: (message: string) => void;
}

const ToastContext = createContext<ToastApi | null>(null);

export function useToast(): ToastApi {
  const value = useContext(ToastContext);
  if (value === null) throw new Error('useToast stands outside of ToastProvider');
  return value;
}

let lastId = 0;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const value = useMemo<ToastApi>(() => {
    const add = (toast: Omit<Toast, 'id'>) => {
      lastId += 1;
      const id = lastId;
      setToasts((now) => [...now.filter((other) => other.message !== toast.message).slice(-2), { ...toast, id }]);
    };
    return {
      done: (message, action) => add({ tone: 'done', message, action }),
      error: (message) => add({ tone: 'error', message }),
    };
  }, []);
  const host = useToastHost();
  const close = (id: number) => setToasts((now) => now.filter((toast) => toast.id !== id));

  return (
    <ToastContext.Provider value={value}>
      {children}
      {host !== null && createPortal(
        <Box
          role="region"
          aria-label="Messages"
          sx={{
            position: 'fixed', zIndex: 1500, right: { xs: 12, md: 20 }, left: { xs: 12, sm: 'auto' }, bottom: { xs: 76, md: 20 }, display: 'grid', gap: 2, pointerEvents: 'none',
            // Where the bottom of the window is worked in, they stand at the top.
            'body:has([data-toasts-on-top]) &': { bottom: 'auto', top: 56 },
          }}
        >
          {toasts.map((toast) => (
            <ToastCard key={toast.id} toast={toast} onClose={() => close(toast.id)} />
          ))}
        </Box>,
        host,
      )}
    </ToastContext.Provider>
  );
}

function ToastCard({ toast, onClose }: { toast: Toast; onClose: () => void }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(onClose, toast.tone === 'error' || toast.action !== undefined ? 10_000 : 5_000);
    return () => clearTimeout(timer);
  }, [held, onClose, toast]);
  const Icon = toast.tone === 'error' ? ErrorOutlined : CheckCircleOutlined;
  return (
    <Box
      role={toast.tone === 'error' ? 'alert' : 'status'}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      sx={{
        pointerEvents: 'auto', display: 'flex', alignItems: 'flex-start', gap: 2.5, width: { sm: 380 }, p: 3, borderRadius: '8px',
        bgcolor: 'background.paper', border: 1, borderColor: 'neutral.5', boxShadow: '0 8px 28px rgb(10 14 20 / 0.16)',
      }}
    >
      <Icon sx={{ mt: '1px', color: toast.tone === 'error' ? 'severity.critical.main' : 'ok.main' }} />
      <Box sx={{ flex: 1, fontSize: '0.8125rem', lineHeight: 1.5, overflowWrap: 'anywhere' }}>{toast.message}</Box>
      {toast.action !== undefined && (
        <Button size="small" color="primary" sx={{ my: '-4px' }} onClick={() => { toast.action?.run(); onClose(); }}>
          {toast.action.label}
        </Button>
      )}
      <IconButton size="small" aria-label="Close message" onClick={onClose} sx={{ m: '-4px' }}>
        <Close fontSize="small" />
      </IconButton>
    </Box>
  );
}
