// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

[CollectionDefinition(ContainerdFixture.Name)]
public sealed class ContainerdCollection : ICollectionFixture<ContainerdFixture>;
