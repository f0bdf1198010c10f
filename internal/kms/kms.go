// Package kms reaches the key management service that wraps the key files, when an installation has one. It is all that knows of the library that speaks to
// them: a service that it has a driver for is one import here.
//
// Known services: the transit engine of HashiCorp Vault and of OpenBao, as "hashivault://NAME-OF-KEY"; VAULT_SERVER_URL says where it is, and
// VAULT_SERVER_TOKEN who asks.
package kms

import (
	"context"
	"fmt"

	"gocloud.dev/secrets"
	_ "gocloud.dev/secrets/hashivault" // hashivault://

	"amparo/internal/secret"
)

// Files gives what reads and writes key files with the service of an address; without one, as they are. It asks nobody yet.
func Files(ctx context.Context, address string) (secret.Files, error) {
	if address == "" {
		return secret.Files{}, nil
	}
	keeper, err := secrets.OpenKeeper(ctx, address)
	if err != nil {
		return secret.Files{}, fmt.Errorf("the key management service cannot be used; give --kms an address as in hashivault://amparo, and say where it is as docs/operations.md tells: %w", err)
	}
	return secret.Files{Keeper: keeper}, nil
}
