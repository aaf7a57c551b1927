'use client';
// How access came to be as it is: of all customers.
import { AccessHeader } from './AccessHeader';
import { AccessHistory } from './AccessHistory';

export function HistoryScreen() {
  return (
    <>
      <AccessHeader />
      <AccessHistory />
    </>
  );
}
