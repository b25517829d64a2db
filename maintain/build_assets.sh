#!/bin/sh
# Rebuilds the vendored GOV.UK Frontend files from npm. Maintainers only: running the app needs no Node.
#
#   maintain/build_assets.sh          static/govuk/        unbranded; what the repository holds
#   maintain/build_assets.sh govuk    static/govuk-brand/  GOV.UK typeface and crest, for BRAND=govuk;
#                                     git-ignored, only for services allowed to use the GOV.UK brand
set -eu

version=6.3.0
brand=${1:-generic}
static=$(cd "$(dirname "$0")/../static" && pwd)
case $brand in
generic) target=$static/govuk ;;
govuk) target=$static/govuk-brand ;;
*)
    echo "The brand is 'generic' or 'govuk', not '$brand'." >&2
    exit 2
    ;;
esac

build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cd "$build"
npm install --silent --no-audit --no-fund --no-save "govuk-frontend@$version" sass@1.108.2
package=node_modules/govuk-frontend/dist/govuk

if [ "$brand" = generic ]; then
    cat >source.scss <<'SCSS'
@use "pkg:govuk-frontend" with (
  $govuk-font-family: ("Helvetica Neue", Helvetica, Arial, sans-serif),
  $govuk-assets-path: "/static/govuk/",
  $govuk-functional-colours: (
    brand: #17495c,
    template-background: #eef3f4,
    surface-background: #eef3f4,
    surface-border: #9db9c1,
    link: #10587a,
    link-hover: #0a3346,
  ),
);
SCSS
else
    cat >source.scss <<'SCSS'
@use "pkg:govuk-frontend" with ($govuk-assets-path: "/static/govuk-brand/assets/");
SCSS
fi
npx sass --pkg-importer=node --style=compressed --no-source-map source.scss govuk-frontend.css

mkdir -p "$target"
cp govuk-frontend.css "$target/"
if [ "$brand" = generic ]; then
    # The ES module as it is, without the pointer to a source map that is not served.
    sed 's|//# sourceMappingURL=.*$||' "$package/govuk-frontend.min.js" >"$target/govuk-frontend.js"
else
    cp -R "$package/assets" "$target/"
fi
wc -c "$target"/govuk-frontend.*
