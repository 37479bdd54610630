// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Namespaces;

/// <summary>The two maps of a user namespace.</summary>
public sealed record IdMaps(IdMap Uids, IdMap Gids);
